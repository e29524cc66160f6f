//! Streams that change what passes: [`Tee`] shows a [`Wire`] what is read from it, and sends response heads as
//! announced; [`Unannounced`] accepts the end of a connection that TLS does not announce.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::spelling::Respelling;
use crate::wire::Wire;

pub(crate) struct Tee<S> {
    stream: S,
    wire: Wire,
    /// `None` over HTTP/2, which has no spelling of names.
    respelling: Option<Respelling>,
    /// What must be sent before anything else.
    out: BytesMut,
}

impl<S> Tee<S> {
    pub(crate) fn new(stream: S, wire: Wire, respelling: Option<Respelling>) -> Self {
        Self { stream, wire, respelling, out: BytesMut::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tee<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.wire.feed(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Tee<S> {
    /// Ready when nothing waits to be sent.
    fn poll_sent(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &self.out))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                length => self.out.advance(length),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes all of the bytes once the bytes before them are sent, and sends what it can. The rest
    /// is sent with the next bytes, or when the stream is flushed.
    fn poll_respelled(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_sent(cx))?;
        for slice in slices {
            self.respelling.iter_mut().try_for_each(|it| it.pass(slice, &mut self.out))?;
        }
        if let Poll::Ready(Err(error)) = self.poll_sent(cx) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tee<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.respelling {
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
            Some(_) => self.poll_respelled(cx, &[io::IoSlice::new(bytes)]),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.respelling {
            None => Pin::new(&mut self.stream).poll_write_vectored(cx, slices),
            Some(_) => self.poll_respelled(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.respelling.is_some() || self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_sent(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_sent(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A TLS stream of a server that may close its connection without `close_notify`, as many servers do. HTTP itself finds
/// a response that is cut short.
#[derive(Debug)]
pub struct Unannounced<S>(pub(crate) S);

impl<S: AsyncRead + Unpin> AsyncRead for Unannounced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match ready!(Pin::new(&mut self.0).poll_read(cx, buf)) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            read => Poll::Ready(read),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Unannounced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
