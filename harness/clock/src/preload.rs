//! A library for `LD_PRELOAD` that moves the clocks of a process.
//!
//! It defines functions of the C library under their own names. The dynamic linker finds these definitions first, so the
//! process calls them in place of the C library's. Those that read a clock call the C library's and add an offset to the
//! result. Those that wait until a moment subtract the offset from it first, since the kernel's clock is not moved.
//!
//! The offset is read from a file that `CORS_CLOCK` names: a signed number of seconds in 8 bytes, in the byte order of the
//! machine. The file is mapped, so a change reaches the process at once, also inside of a sandbox that cannot open files.
//!
//! Unsafe code: this file declares and defines C functions, which cannot be done without. Each block says why it is sound.

#![allow(unsafe_code, reason = "this file defines functions of the C library")]
#![allow(missing_docs, reason = "the functions are those of POSIX")]
#![allow(clippy::missing_safety_doc, reason = "their contracts are those of POSIX")]

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::mem::transmute;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

/// `struct timespec` of 64-bit Linux.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

/// `struct timeval` of 64-bit Linux.
#[repr(C)]
pub struct Timeval {
    seconds: i64,
    microseconds: i64,
}

/// `struct itimerspec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Itimerspec {
    interval: Timespec,
    value: Timespec,
}

const CLOCK_REALTIME: c_int = 0;
/// `CLOCK_PROCESS_CPUTIME_ID` and `CLOCK_THREAD_CPUTIME_ID`: they measure work, not time.
const CPU_CLOCKS: [c_int; 2] = [2, 3];
/// `TIMER_ABSTIME` and `TFD_TIMER_ABSTIME`: the time is a moment, not a duration.
const ABSOLUTE: c_int = 1;
const O_RDONLY_CLOEXEC: c_int = 0o2_000_000;
const PROT_READ: c_int = 1;
const MAP_SHARED: c_int = 1;
/// `RTLD_NEXT`: the definition after this library's.
const NEXT: *mut c_void = -1_isize as *mut c_void;

#[cfg(target_arch = "x86_64")]
const SYS_CLOCK_GETTIME: c_long = 228;
#[cfg(not(target_arch = "x86_64"))]
const SYS_CLOCK_GETTIME: c_long = 113;

/// The version of `pthread_cond_timedwait` and its like that programs of today are linked with. Without a version, `dlsym`
/// may give one from before 2002 whose condition variables look different. Other architectures are younger than that.
const CURRENT: &CStr = c"GLIBC_2.3.2";

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn close(file: c_int) -> c_int;
    fn mmap(
        at: *mut c_void,
        length: usize,
        access: c_int,
        flags: c_int,
        file: c_int,
        from: i64,
    ) -> *mut c_void;
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlvsym(handle: *mut c_void, name: *const c_char, version: *const c_char) -> *mut c_void;
    fn syscall(number: c_long, ...) -> c_long;
}

/// The mapped offset; null where there is none, which is no offset.
static OFFSET: AtomicPtr<AtomicI64> = AtomicPtr::new(null_mut());

/// The dynamic linker calls every function in this section before `main`, while files can still be opened.
#[used]
#[unsafe(link_section = ".init_array")]
static INITIALIZE: extern "C" fn() = initialize;

extern "C" fn initialize() {
    // Sound: the strings end with NUL, `open` and `mmap` report their errors, and the mapping is never removed.
    unsafe {
        let path = getenv(c"CORS_CLOCK".as_ptr());
        if path.is_null() {
            return;
        }
        let file = open(path, O_RDONLY_CLOEXEC);
        if file < 0 {
            return;
        }
        let page = mmap(null_mut(), size_of::<AtomicI64>(), PROT_READ, MAP_SHARED, file, 0);
        close(file);
        if page as isize != -1 {
            OFFSET.store(page.cast(), Ordering::Relaxed);
        }
    }
}

fn offset() -> i64 {
    let page = OFFSET.load(Ordering::Relaxed);
    // Sound: a page that is not null is mapped, aligned, of 8 bytes, and stays mapped until the process ends.
    if page.is_null() { 0 } else { unsafe { (*page).load(Ordering::Relaxed) } }
}

fn is_moved(clock: c_int) -> bool {
    // Negative numbers are CPU clocks of other processes.
    clock >= 0 && !CPU_CLOCKS.contains(&clock)
}

/// A moment of a moved clock as a moment of the kernel's. The kernel refuses negative ones.
fn system_time(moment: Timespec) -> Timespec {
    Timespec { seconds: (moment.seconds - offset()).max(0), ..moment }
}

/// The C library's own function of a name, looked up at its first call.
fn own(name: &CStr, known: &AtomicPtr<c_void>) -> *mut c_void {
    let found = known.load(Ordering::Relaxed);
    if !found.is_null() {
        return found;
    }
    // Sound: the strings end with NUL. Two threads that look a name up at the same time find the same.
    let found = unsafe {
        let versioned = dlvsym(NEXT, name.as_ptr(), CURRENT.as_ptr());
        if versioned.is_null() { dlsym(NEXT, name.as_ptr()) } else { versioned }
    };
    known.store(found, Ordering::Relaxed);
    found
}

/// Calls the C library's own function. The signatures are those of POSIX, with pointers to what this file never looks into.
macro_rules! call_own {
    ($name:literal, $signature:ty, $($argument:expr),+) => {{
        static KNOWN: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
        // Sound: the C library defines this name with this signature.
        unsafe { transmute::<*mut c_void, $signature>(own($name, &KNOWN))($($argument),+) }
    }};
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int {
    // A system call and not the C library's function: an allocator may ask for the time inside of `dlsym`.
    // Sound: the caller's pointer goes to the kernel, which checks it, and is written to only after it succeeded.
    unsafe {
        let result = syscall(SYS_CLOCK_GETTIME, c_long::from(clock), time) as c_int;
        if result == 0 && is_moved(clock) {
            (*time).seconds += offset();
        }
        result
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(time: *mut Timeval, _zone: *mut c_void) -> c_int {
    let now = now();
    // Sound: POSIX requires a valid pointer here; null is allowed in practice.
    if let Some(time) = unsafe { time.as_mut() } {
        *time = Timeval { seconds: now.seconds, microseconds: now.nanoseconds / 1000 };
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn time(time: *mut i64) -> i64 {
    let now = now().seconds;
    // Sound: POSIX requires null or a valid pointer here.
    if let Some(time) = unsafe { time.as_mut() } {
        *time = now;
    }
    now
}

fn now() -> Timespec {
    let mut now = Timespec { seconds: 0, nanoseconds: 0 };
    // Sound: the pointer is valid.
    unsafe { clock_gettime(CLOCK_REALTIME, &raw mut now) };
    now
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_timedwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    until: *const Timespec,
) -> c_int {
    // Sound: POSIX requires a valid pointer here, and so in the functions below.
    let until = system_time(unsafe { *until });
    type Own = unsafe extern "C" fn(*mut c_void, *mut c_void, *const Timespec) -> c_int;
    call_own!(c"pthread_cond_timedwait", Own, condition, mutex, &raw const until)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_cond_clockwait(
    condition: *mut c_void,
    mutex: *mut c_void,
    clock: c_int,
    until: *const Timespec,
) -> c_int {
    let until = system_time(unsafe { *until });
    type Own = unsafe extern "C" fn(*mut c_void, *mut c_void, c_int, *const Timespec) -> c_int;
    call_own!(c"pthread_cond_clockwait", Own, condition, mutex, clock, &raw const until)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_mutex_timedlock(
    mutex: *mut c_void,
    until: *const Timespec,
) -> c_int {
    let until = system_time(unsafe { *until });
    type Own = unsafe extern "C" fn(*mut c_void, *const Timespec) -> c_int;
    call_own!(c"pthread_mutex_timedlock", Own, mutex, &raw const until)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sem_timedwait(semaphore: *mut c_void, until: *const Timespec) -> c_int {
    let until = system_time(unsafe { *until });
    type Own = unsafe extern "C" fn(*mut c_void, *const Timespec) -> c_int;
    call_own!(c"sem_timedwait", Own, semaphore, &raw const until)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn sem_clockwait(
    semaphore: *mut c_void,
    clock: c_int,
    until: *const Timespec,
) -> c_int {
    let until = system_time(unsafe { *until });
    type Own = unsafe extern "C" fn(*mut c_void, c_int, *const Timespec) -> c_int;
    call_own!(c"sem_clockwait", Own, semaphore, clock, &raw const until)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_nanosleep(
    clock: c_int,
    flags: c_int,
    time: *const Timespec,
    rest: *mut Timespec,
) -> c_int {
    let time = unsafe { *time };
    let time = if flags & ABSOLUTE != 0 && is_moved(clock) { system_time(time) } else { time };
    type Own = unsafe extern "C" fn(c_int, c_int, *const Timespec, *mut Timespec) -> c_int;
    call_own!(c"clock_nanosleep", Own, clock, flags, &raw const time, rest)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn timerfd_settime(
    timer: c_int,
    flags: c_int,
    new: *const Itimerspec,
    old: *mut Itimerspec,
) -> c_int {
    let mut new = unsafe { *new };
    // All zero switches the timer off, whatever the flags are.
    let is_set = new.value.seconds != 0 || new.value.nanoseconds != 0;
    if flags & ABSOLUTE != 0 && is_set {
        new.value = system_time(new.value);
        // A moment that has passed must not become the one that switches the timer off.
        new.value.nanoseconds = new.value.nanoseconds.max(1);
    }
    type Own = unsafe extern "C" fn(c_int, c_int, *const Itimerspec, *mut Itimerspec) -> c_int;
    call_own!(c"timerfd_settime", Own, timer, flags, &raw const new, old)
}
