# Ends what a harness left behind that was killed. $1: how the marks of its families begin; $2: how the names of
# its folders begin. Standard input is a pipe. Only the harness holds the other end, and a child of it that has not
# become another program yet, so the pipe ends when nothing more can be started.

trap '' HUP INT QUIT TERM
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
while read -r _; do :; done

# Process IDs of all whose mark begins like this. A zombie has no environment.
marked() {
    grep -lsF -e "CORS_HARNESS_FAMILY=$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ id _; do echo "$id"; done
}

# Sends a signal to the process groups of all whose mark begins like this. Others in them may have cleared their
# environment. The kernel tells of a process its number, its name in brackets, state, parent and group; a name may
# hold anything.
send() {
    asked=
    for id in $(marked "$2"); do
        stat=$(cat "/proc/$id/stat") || continue
        fields=${stat##*) ? }
        group=${fields#* }
        group=${group%% *}
        case "$asked " in *" $group "*) continue ;; esac
        asked="$asked $group"
        kill -s "$1" -- "-$group"
    done
    groups="$groups $asked"
}

send KILL "$1-KILL-"
for signal in TERM INT QUIT; do send "$signal" "$1-$signal-"; done
# A server may have something to clean up, an X server has its lock.
tries=20
while [ "$tries" -gt 0 ] && [ -n "$(marked "$1-")" ]; do
    sleep 0.1
    tries=$((tries - 1))
done
# Where a process has the number of a group whose members were marked, that group is another one by now.
for group in $groups; do [ -e "/proc/$group" ] || kill -s KILL -- "-$group"; done

# A program that was just started shows its environment a moment later, so one look is not enough.
looks=0 tries=50
while [ "$looks" -lt 3 ] && [ "$tries" -gt 0 ]; do
    send KILL "$1-"
    rm -rf -- "$2"-*
    looks=$((looks + 1)) tries=$((tries - 1))
    [ -z "$(marked "$1-")" ] && [ -z "$(ls -d -- "$2"-* 2>/dev/null)" ] || looks=0
    [ "$looks" -eq 3 ] || sleep 0.05
done
