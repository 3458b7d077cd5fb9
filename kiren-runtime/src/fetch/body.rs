//! Bodies: what a request sends, and what a response gives, decoded, a piece at a time.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;

use super::error::FetchError;
use crate::ext::compression::coder::{Coder, Format};

/// The most that one step of a decoder, or one read of a file, gives.
const PIECE_BYTES: usize = 64 * 1024;
/// More encodings than these on one response are no honest server's (the limit of curl).
const MAX_ENCODINGS: usize = 5;
/// A length that a server merely announces is not trusted with more memory than this in advance.
const MAX_RESERVED_BYTES: usize = 1 << 20;

/// What a request sends.
#[derive(Debug)]
pub(crate) enum RequestBody {
    Empty,
    Bytes(Bytes),
    /// Pieces as a program makes them, one at a time.
    Stream(mpsc::Receiver<Piece>),
}

#[derive(Debug)]
pub(crate) enum Piece {
    Bytes(Bytes),
    End,
}

/// The program's side of a [`RequestBody::Stream`]. Dropped without an [`Piece::End`], it fails the request.
pub(crate) type Upload = mpsc::Sender<Piece>;

impl RequestBody {
    /// A body that the program goes on to write.
    pub(crate) fn stream() -> (Upload, Self) {
        let (sender, receiver) = mpsc::channel(1);
        (sender, Self::Stream(receiver))
    }

    /// The same body once more, if that can be had.
    pub(super) fn copy(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Stream(_) => None,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = UploadFailed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadFailed>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Stream(pieces) => match pieces.poll_recv(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(Piece::Bytes(bytes))) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Poll::Ready(Some(Piece::End)) => {
                    *self = Self::Empty;
                    Poll::Ready(None)
                }
                Poll::Ready(None) => Poll::Ready(Some(Err(UploadFailed))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

/// The program gave the body up.
#[derive(Debug, thiserror::Error)]
#[error("the request's body ended with an error")]
pub(crate) struct UploadFailed;

/// What a response gives.
pub(crate) struct ResponseBody {
    source: Source,
    announced_len_bytes: Option<usize>,
    /// In the order in which they are to be undone.
    stages: Vec<Stage>,
    piece: Vec<u8>,
    started: bool,
    exhausted: bool,
}

#[derive(Debug)]
enum Source {
    Network(Incoming),
    File { path: String, file: tokio::fs::File },
}

impl ResponseBody {
    pub(super) fn new(incoming: Incoming, headers: &HeaderMap) -> Self {
        let stages = stages(headers);
        let announced_len_bytes = super::announced_len_bytes(headers).filter(|_| stages.is_empty());
        Self::over(Source::Network(incoming), announced_len_bytes, stages)
    }

    /// A file's bytes; also the file's length.
    pub(crate) async fn open_file(path: String) -> Result<(Self, u64), FetchError> {
        let opened = async {
            let file = tokio::fs::File::open(&path).await?;
            let metadata = file.metadata().await?;
            if metadata.is_dir() {
                return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory));
            }
            Ok((file, metadata.len()))
        };
        match opened.await {
            Ok((file, length)) => Ok((
                Self::over(Source::File { path, file }, usize::try_from(length).ok(), Vec::new()),
                length,
            )),
            Err(source) => Err(FetchError::File { path, source }),
        }
    }

    fn over(source: Source, announced_len_bytes: Option<usize>, stages: Vec<Stage>) -> Self {
        Self { source, announced_len_bytes, stages, piece: Vec::new(), started: false, exhausted: false }
    }

    /// Whether what this gives is not what the server sent.
    pub(crate) fn is_decoded(&self) -> bool {
        !self.stages.is_empty()
    }

    /// The next bytes, never empty; None at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        loop {
            if !self.stages.is_empty() {
                if let Some(piece) = self.decoded()? {
                    return Ok(Some(piece));
                }
                if self.exhausted {
                    return Ok(None);
                }
            }
            match self.read().await? {
                Some(bytes) if self.stages.is_empty() => return Ok(Some(bytes)),
                Some(bytes) => {
                    self.started = true;
                    self.stages[0].push(&bytes)?;
                }
                None => {
                    self.exhausted = true;
                    if !self.started {
                        return Ok(None);
                    }
                    self.stages[0].finish()?;
                }
            }
        }
    }

    /// All that is left.
    pub(crate) async fn rest(&mut self) -> Result<Vec<u8>, FetchError> {
        let Some(mut all) = self.next().await? else { return Ok(Vec::new()) };
        if let Some(length) = self.announced_len_bytes {
            all.reserve_exact(length.min(MAX_RESERVED_BYTES).saturating_sub(all.len()));
        }
        while let Some(bytes) = self.next().await? {
            all.extend_from_slice(&bytes);
        }
        Ok(all)
    }

    /// Bytes as the source gives them.
    async fn read(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        match &mut self.source {
            Source::Network(incoming) => loop {
                let frame = std::future::poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx)).await;
                match frame.transpose()?.map(Frame::into_data) {
                    None => return Ok(None),
                    Some(Ok(bytes)) if !bytes.is_empty() => return Ok(Some(bytes.into())),
                    // Trailers.
                    Some(_) => {}
                }
            },
            Source::File { path, file } => {
                let mut bytes = vec![0; PIECE_BYTES];
                let length = file
                    .read(&mut bytes)
                    .await
                    .map_err(|source| FetchError::File { path: path.clone(), source })?;
                bytes.truncate(length);
                Ok((length > 0).then_some(bytes))
            }
        }
    }

    /// What the decoders have to give without more input: the last one is asked first, so that nothing piles up
    /// between two of them.
    fn decoded(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        if !self.started {
            return Ok(None);
        }
        self.piece.resize(PIECE_BYTES, 0);
        let last = self.stages.len() - 1;
        let mut at = last;
        loop {
            let length = self.stages[at].pull(&mut self.piece)?;
            let bytes = &self.piece[..length];
            if at == last && length > 0 {
                return Ok(Some(bytes.to_vec()));
            } else if length > 0 {
                self.stages[at + 1].push(bytes)?;
                at = last;
            } else if at < last && self.stages[at].is_finished() && !self.stages[at + 1].is_finished() {
                self.stages[at + 1].finish()?;
                at = last;
            } else if at == 0 {
                return Ok(None);
            } else {
                at -= 1;
            }
        }
    }
}

/// One encoding to be undone.
struct Stage {
    format: Format,
    coder: Option<Box<Coder>>,
    finished: bool,
}

/// The decoders for a response; none where it has an encoding that is not known, since then nobody can decode it.
fn stages(headers: &HeaderMap) -> Vec<Stage> {
    let mut stages = Vec::new();
    for name in super::encodings(headers) {
        let format = match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Format::Gzip,
            "deflate" => Format::Deflate,
            "br" => Format::Brotli,
            "zstd" => Format::Zstd,
            "identity" => continue,
            _ => return Vec::new(),
        };
        stages.push(Stage { format, coder: None, finished: false });
    }
    if stages.len() > MAX_ENCODINGS {
        stages.clear();
    }
    stages.reverse();
    stages
}

impl Stage {
    fn push(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        if self.coder.is_none() {
            // "deflate" means zlib's format, but some servers leave its header out.
            if self.format == Format::Deflate && bytes.first().is_some_and(|byte| byte & 0x0f != 8) {
                self.format = Format::DeflateRaw;
            }
            let coder =
                Coder::new(self.format, false).map_err(|error| FetchError::Protocol(error.to_string()))?;
            self.coder = Some(Box::new(coder));
        }
        if let Some(coder) = &mut self.coder {
            coder.push(bytes);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), FetchError> {
        self.push(&[])?;
        if let Some(coder) = &mut self.coder {
            coder.finish();
        }
        self.finished = true;
        Ok(())
    }

    fn is_finished(&self) -> bool {
        self.finished
    }

    fn pull(&mut self, piece: &mut [u8]) -> Result<usize, FetchError> {
        match &mut self.coder {
            Some(coder) => Ok(coder.pull(piece)?),
            None => Ok(0),
        }
    }
}
