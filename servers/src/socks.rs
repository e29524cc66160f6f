//! The server's half of SOCKS5 (RFC 1928): `CONNECT` without authentication, and nothing else.
//!
//! Reads never go beyond the protocol, so everything after the handshake is still in the stream.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::check::canonical_host;

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const NO_ACCEPTABLE_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN: u8 = 3;
const IPV6: u8 = 4;

/// The destination to which the client wants to connect.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Destination {
    /// In canonical spelling.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// The reply field of RFC 1928, section 6, as far as this proxy uses it.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Verdict {
    Succeeded = 0,
    ConnectionRefused = 5,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}

/// Reads up to the destination. An error means that the client cannot be served. The client has
/// received a reply that says so, if the protocol has one.
pub(crate) async fn destination<S>(stream: &mut S) -> io::Result<Destination>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    greeting(stream).await?;
    let [version, command, _reserved, kind] = array(stream).await?;
    expect(version == VERSION)?;
    let Some(host) = host(stream, kind).await? else {
        return Err(refusal(stream, Verdict::AddressTypeNotSupported).await);
    };
    let port = stream.read_u16().await?;
    if command != CONNECT {
        return Err(refusal(stream, Verdict::CommandNotSupported).await);
    }
    Ok(Destination { host: canonical_host(&host), port })
}

/// Answers the request. The bound address is useless to a client and left unspecified.
pub(crate) async fn answer<S>(stream: &mut S, verdict: Verdict) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    let unspecified = [0; 6];
    let mut reply = vec![VERSION, verdict as u8, 0, IPV4];
    reply.extend(unspecified);
    stream.write_all(&reply).await?;
    stream.flush().await
}

async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    let [version, count] = array(stream).await?;
    expect(version == VERSION)?;
    let methods = bytes(stream, count).await?;
    let fits = methods.contains(&NO_AUTHENTICATION);
    let choice = if fits { NO_AUTHENTICATION } else { NO_ACCEPTABLE_METHOD };
    stream.write_all(&[VERSION, choice]).await?;
    stream.flush().await?;
    expect(fits)
}

/// `None` for an address type that the RFC does not define. Its length is unknown too.
async fn host<S: AsyncRead + Unpin>(stream: &mut S, kind: u8) -> io::Result<Option<String>> {
    Ok(Some(match kind {
        IPV4 => Ipv4Addr::from(array::<4, S>(stream).await?).to_string(),
        IPV6 => Ipv6Addr::from(array::<16, S>(stream).await?).to_string(),
        DOMAIN => {
            let length = stream.read_u8().await?;
            String::from_utf8_lossy(&bytes(stream, length).await?).into_owned()
        }
        _ => return Ok(None),
    }))
}

async fn refusal<S: AsyncWrite + Unpin>(stream: &mut S, verdict: Verdict) -> io::Error {
    match answer(stream, verdict).await {
        Ok(()) => io::ErrorKind::Unsupported.into(),
        Err(error) => error,
    }
}

fn expect(met: bool) -> io::Result<()> {
    if met { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

async fn array<const N: usize, S>(stream: &mut S) -> io::Result<[u8; N]>
where
    S: AsyncRead + Unpin,
{
    let mut buffer = [0; N];
    stream.read_exact(&mut buffer).await?;
    Ok(buffer)
}

async fn bytes<S: AsyncRead + Unpin>(stream: &mut S, count: u8) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; usize::from(count)];
    stream.read_exact(&mut buffer).await?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays the client's bytes; returns the result and what the proxy wrote.
    async fn play(client: &[u8]) -> (io::Result<Destination>, Vec<u8>) {
        let (mut near, mut far) = tokio::io::duplex(1024);
        near.write_all(client).await.expect("the pipe takes it");
        near.shutdown().await.expect("the pipe closes");
        let result = destination(&mut far).await;
        drop(far);
        let mut written = Vec::new();
        near.read_to_end(&mut written).await.expect("the pipe ends");
        (result, written)
    }

    #[tokio::test]
    async fn host_names_and_address_literals_are_parsed() {
        let domain = b"\x05\x01\x00\x05\x01\x00\x03\x06A.test\x01\xbb";
        let ipv4 = b"\x05\x02\x02\x00\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50";
        let ipv6 = b"\x05\x01\x00\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1f\x90";
        let cases: [(&[u8], &str, u16); 3] =
            [(domain, "a.test", 443), (ipv4, "127.0.0.1", 80), (ipv6, "::1", 8080)];
        for (bytes, host, port) in cases {
            let (result, written) = play(bytes).await;
            assert_eq!(result.expect(host), Destination { host: host.into(), port });
            assert_eq!(written, [5, 0]);
        }
    }

    #[tokio::test]
    async fn unsupported_socks_requests_get_the_protocol_reply() {
        let cases: [(&[u8], &[u8]); 5] = [
            (b"\x04\x01\x00\x50", b""),
            (b"GET / HTTP/1.1\r\n\r\n", b""),
            (b"\x05\x01\x02", b"\x05\xff"),
            (b"\x05\x01\x00\x05\x02\x00\x03\x01a\x00\x50", b"\x05\x00\x05\x07\0\x01\0\0\0\0\0\0"),
            (b"\x05\x01\x00\x05\x01\x00\x09", b"\x05\x00\x05\x08\0\x01\0\0\0\0\0\0"),
        ];
        for (bytes, answer) in cases {
            let (result, written) = play(bytes).await;
            assert!(result.is_err(), "{bytes:?}");
            assert_eq!(written, answer, "{bytes:?}");
        }
    }
}
