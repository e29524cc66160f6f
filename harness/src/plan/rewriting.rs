//! Replaces host names and ports wherever they occur in a text.

/// Rewrites each maximal run of host-name characters for which `map` has an answer, and likewise
/// the port after it. A look-alike such as `app.example.com.evil.net` is one run, so no part of it
/// is mistaken for a name.
pub(super) fn map_hosts(
    text: &str,
    map: impl Fn(&str) -> Option<String>,
    port: impl Fn(&str, u16) -> Option<u16>,
) -> String {
    let is_host_byte = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut mapped = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_host_byte) {
        let (before, tail) = rest.split_at(start);
        let (run, after) = tail.split_at(tail.find(|c| !is_host_byte(c)).unwrap_or(tail.len()));
        mapped.push_str(before);
        mapped.push_str(map(run).as_deref().unwrap_or(run));
        rest = after;
        if let Some((written, after)) = leading_port(after) {
            let own = port(run, written).unwrap_or(written);
            mapped.push_str(&format!(":{own}"));
            rest = after;
        }
    }
    mapped + rest
}

/// The port at the beginning of a text, as URLs write it, and the rest.
fn leading_port(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix(':')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let port = digits[..end].parse().ok()?;
    let canonical = !digits.starts_with('0');
    canonical.then_some((port, &digits[end..]))
}
