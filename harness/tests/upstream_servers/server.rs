//! The servers of these tests: this program, started again for a test that serves.

use std::env;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

const HELLO: &str = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\
                     Content-Length: 5\r\nConnection: close\r\n\r\nhello";

/// A line for the shell that starts a server which behaves as `DOES` in its environment says.
pub fn command() -> String {
    let this = env::current_exe().unwrap();
    format!("{} --exact server::serve --ignored --nocapture", this.display())
}

/// A server in this process that behaves so, for as long as the tests run; its origin.
pub fn running(does: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || serve_all(&listener, does));
    url
}

#[test]
#[ignore = "serves until it is stopped; the tests start it"]
fn serve() {
    let does = env::var("DOES").unwrap_or_default();
    println!("this server {does}");
    match does.as_str() {
        "exits" => {
            println!("settings.toml is missing, and the key is {}", env::var("KEY").unwrap());
            std::process::exit(3);
        }
        "never listens" => thread::sleep(Duration::from_secs(600)),
        "listens late" => {
            thread::sleep(Duration::from_secs(2));
            listen(&does);
        }
        _ => listen(&does),
    }
}

fn listen(does: &str) {
    let port = env::var("PORT").unwrap().parse().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    println!("listening");
    serve_all(&listener, does);
}

fn serve_all(listener: &TcpListener, does: &str) {
    for stream in listener.incoming() {
        let (stream, does) = (stream.unwrap(), does.to_owned());
        // A client that leaves is no failure of this server's.
        thread::spawn(move || answer(stream, &does));
    }
}

fn answer(mut stream: TcpStream, does: &str) -> std::io::Result<()> {
    let request = request(&mut stream)?;
    if request.is_empty() {
        return Ok(());
    }
    if let Ok(log) = env::var("LOG") {
        let mut log = OpenOptions::new().create(true).append(true).open(log)?;
        write!(log, "{request}\n---\n")?;
    }
    println!("was asked {request}");
    // One server may behave otherwise at each of its paths.
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let path = path.replace('-', " ");
    let does = if does == "does what is asked for" { path.as_str() } else { does };
    match does {
        "answers 500" => stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
        "answers 401" => refuse(&mut stream, &request),
        "answers garbage" => stream.write_all(b"\x16\x03\x01 what do you want?\r\n\r\n"),
        "feels well later" => feels(&mut stream, ASKED.fetch_add(1, Ordering::Relaxed)),
        "hangs first" if ASKED.fetch_add(1, Ordering::Relaxed) == 0 => wait_forever(),
        "repeats secrets" => repeat(&mut stream, &request),
        "limits with 429" => limit(&mut stream, "429 Too Many Requests", &request),
        "limits with 503" => limit(&mut stream, "503 Service Unavailable", &request),
        "reflects and asks for a login" => reflect(&mut stream, &request),
        "asks for a login on OPTIONS" => ask_for_token(&mut stream, &request),
        "answers another page late" => late_for_others(&mut stream, &request),
        "serves a closed API" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        "refuses its own origin" => refuse_own(&mut stream, &request),
        "never answers" => wait_forever(),
        "closes early" => Ok(()),
        "dies" => std::process::exit(7),
        "redirects away" => stream.write_all(
            b"HTTP/1.1 302 Found\r\nAccess-Control-Allow-Origin: *\r\n\
              Location: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
        ),
        "redirects to https" if !request.contains("\r\nx-forwarded-proto: https\r\n") => {
            redirect(&mut stream, &request, "301 Moved Permanently")
        }
        "redirects for now" => redirect(&mut stream, &request, "302 Found"),
        "streams for ever" => send_slowly(&mut stream),
        "answers 5 GB" => send_too_much(&mut stream),
        "breaks off" => stream.write_all(&HELLO.as_bytes()[..HELLO.len() - 2]),
        "compares the end of origins" => compare_end(&mut stream, &request),
        does => match does.strip_prefix("sends ") {
            Some(head) => send(&mut stream, &request, head),
            None => hello(&mut stream, &request),
        },
    }
}

/// Whether a server that answers late answers every page.
pub static ANSWERS_ALL: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// Answers an app's own page at once, and every other one after [`ANSWERS_ALL`].
fn late_for_others(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    if header(request, "origin") != Some("https://app.my-company.com") {
        let (answers, changed) = &ANSWERS_ALL;
        drop(changed.wait_while(answers.lock().unwrap(), |answers| !*answers).unwrap());
    }
    send(
        stream,
        request,
        "200 OK; Access-Control-Allow-Origin: https://app.my-company.com; Vary: Origin",
    )
}

/// Sends a status and header lines, with semicolons between them. `{origin}` in them is the value of `Origin`.
fn send(stream: &mut TcpStream, request: &str, head: &str) -> std::io::Result<()> {
    let head = head.replace("{origin}", header(request, "origin").unwrap_or("null"));
    let head = head.replace("; ", "\r\n");
    write!(stream, "HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n")
}

/// Allows every origin whose host has the right end.
fn compare_end(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let origin = header(request, "origin").filter(|origin| origin.ends_with("my-company.com"));
    let lines = origin.map_or(String::new(), |origin| {
        format!(
            "Access-Control-Allow-Origin: {origin}\r\nAccess-Control-Allow-Credentials: true\r\n"
        )
    });
    write!(stream, "HTTP/1.1 200 OK\r\n{lines}Vary: Origin\r\nContent-Length: 0\r\n\r\n")
}

/// How often this process was asked.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// 500 at first, then 200.
fn feels(stream: &mut TcpStream, asked: usize) -> std::io::Result<()> {
    let status = if asked < 3 { "500 Oh" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
}

/// Answers some requests and no more.
fn limit(stream: &mut TcpStream, status: &str, request: &str) -> std::io::Result<()> {
    static ASKED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    match ASKED[usize::from(status.starts_with("503"))].fetch_add(1, Ordering::Relaxed) {
        0 | 1 => hello(stream, request),
        _ => write!(stream, "HTTP/1.1 {status}\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"),
    }
}

/// A server that repeats the values it received in other headers and in its log.
fn repeat(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let value = |name: &str| request.lines().find_map(|line| line.strip_prefix(name));
    let cookie = value("cookie: ").unwrap_or_default();
    let token = value("authorization: Bearer ").unwrap_or_default();
    let session = cookie.split_once('=').map_or("", |(_, value)| value);
    println!("hello {session}, {{'sid': '{session}'}}, {cookie}, {token}");
    let origin = value("origin: ").unwrap_or("*");
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {origin}\r\n\
         Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Methods: PUT\r\n\
         Access-Control-Allow-Headers: authorization\r\nX-User: {session}\r\n\
         X-Token: {token}\r\nContent-Length: 0\r\n\r\n"
    )
}

/// A preflight is granted, and a header has two lines.
fn hello(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let origin = request.lines().find_map(|line| line.strip_prefix("origin: ")).unwrap_or("*");
    let length = if request.starts_with("OPTIONS") { "" } else { "Content-Length: 5\r\n" };
    let body = if request.starts_with("OPTIONS") { "" } else { "hello" };
    let status = if request.starts_with("OPTIONS") { "204 No Content" } else { "200 OK" };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: {origin}\r\n\
         Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Methods: PUT\r\n\
         Access-Control-Allow-Headers: authorization\r\n\
         Access-Control-Expose-Headers: x-one\r\nAccess-Control-Expose-Headers: x-two\r\n\
         X-One: 1\r\nX-Two: 2\r\nSet-Cookie: theirs=secret-of-theirs; Secure; SameSite=None\r\n\
         {length}\r\n{body}"
    )
}

/// A login is missing, and any page can read so.
fn refuse(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let origin = request.lines().find_map(|line| line.strip_prefix("origin: ")).unwrap_or("*");
    write!(
        stream,
        "HTTP/1.1 401 Unauthorized\r\nAccess-Control-Allow-Origin: {origin}\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

/// The redirect of a framework that treats a request as plain HTTP, with CORS headers.
fn redirect(stream: &mut TcpStream, request: &str, status: &str) -> std::io::Result<()> {
    let value = |name: &str| request.lines().find_map(|line| line.strip_prefix(name));
    let (host, path) = (value("host: ").unwrap_or_default(), request.split(' ').nth(1));
    let origin = value("origin: ").unwrap_or("*");
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: {origin}\r\n\
         Location: https://{host}{}\r\nContent-Length: 0\r\n\r\n",
        path.unwrap_or("/")
    )
}

fn header<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    let named = |line: &'r str| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    };
    request.lines().find_map(named)
}

/// Allows any origin with credentials, and answers 401 without the cookie of the session.
fn reflect(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    let is_known = header(request, "cookie").is_some_and(|cookie| cookie.contains("session="));
    let status = if is_known { "200 OK" } else { "401 Unauthorized" };
    let origin = header(request, "origin").unwrap_or("null");
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: {origin}\r\n\
         Access-Control-Allow-Credentials: true\r\nVary: Origin\r\nContent-Length: 0\r\n\r\n"
    )
}

/// Checks the login before everything, also for preflights.
fn ask_for_token(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    match header(request, "authorization") {
        Some(_) => hello(stream, request),
        None => stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
    }
}

/// Compares `Origin` with a list that does not contain its own origin.
fn refuse_own(stream: &mut TcpStream, request: &str) -> std::io::Result<()> {
    match header(request, "origin") {
        None => hello(stream, request),
        Some(_) => stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
    }
}

fn send_slowly(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n")?;
    loop {
        stream.write_all(b"more")?;
        thread::sleep(Duration::from_millis(100));
    }
}

fn send_too_much(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 5000000000\r\n\r\n",
    )?;
    let piece = vec![b'x'; 1 << 20];
    loop {
        stream.write_all(&piece)?;
    }
}

fn wait_forever() -> ! {
    loop {
        thread::park();
    }
}

/// A request and its body, whose length is in its head; nothing from a client that only connects.
fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut read = Vec::new();
    let mut more = [0; 4096];
    loop {
        let length = stream.read(&mut more)?;
        read.extend(&more[..length]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= wanted.map_or(0, |wanted| wanted.parse().unwrap()) {
                return Ok(text);
            }
        }
        if length == 0 {
            return Ok(String::new());
        }
    }
}
