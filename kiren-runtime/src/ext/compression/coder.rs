//! Compression and decompression as one state machine: input goes in with [`Coder::push`], output comes out with
//! [`Coder::pull`] in pieces no larger than the caller's buffer, however much a small input expands to.

use std::io;

use brotli::enc::StandardAlloc;
use brotli::enc::encode::{BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use zstd::stream::raw::{
    Decoder as ZstdDecoder, Encoder as ZstdEncoder, InBuffer, Operation as _, OutBuffer,
};

/// What the bytes look like on the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Gzip,
    Deflate,
    DeflateRaw,
    Brotli,
    Zstd,
}

impl Format {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "deflate-raw" => Self::DeflateRaw,
            "brotli" => Self::Brotli,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }
}

/// Why a coder gives up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    #[error("the compressed data is corrupt: {0}")]
    Corrupt(String),
    #[error("the compressed data ends too early")]
    Truncated,
    #[error("there is data after the end of the compressed data")]
    Trailing,
    #[error("the compressor failed: {0}")]
    Failed(String),
}

const WINDOW_BITS: u8 = 15;
/// Of the 11 qualities of brotli: the slower ones cost many times the time for a few per cent.
const BROTLI_QUALITY: u32 = 5;

/// See the module's documentation.
pub(crate) struct Coder {
    engine: Engine,
    input: Vec<u8>,
    taken: usize,
    finishing: bool,
    ended: bool,
    full: bool,
}

impl Coder {
    pub(crate) fn new(format: Format, compress: bool) -> io::Result<Self> {
        let engine = if compress { Engine::encoder(format)? } else { Engine::decoder(format)? };
        Ok(Self { engine, input: Vec::new(), taken: 0, finishing: false, ended: false, full: false })
    }

    /// Adds input. What was pushed before has normally been pulled.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.taken == self.input.len() {
            self.input.clear();
            self.taken = 0;
        }
        self.input.extend_from_slice(bytes);
    }

    /// Says that no more input comes.
    pub(crate) fn finish(&mut self) {
        self.finishing = true;
    }

    pub(crate) fn is_finishing(&self) -> bool {
        self.finishing
    }

    /// Whether the last piece filled the buffer.
    pub(crate) fn has_more(&self) -> bool {
        self.full
    }

    /// Fills `output` as far as there is something to fill it with and returns the length; 0 means that the coder
    /// wants input or, after [`Coder::finish`], that it has ended.
    pub(crate) fn pull(&mut self, output: &mut [u8]) -> Result<usize, CodeError> {
        let mut filled = 0;
        while filled < output.len() {
            let input = &self.input[self.taken..];
            if self.ended {
                if input.is_empty() {
                    break;
                }
                if !self.engine.continues() {
                    // What came before it is given first.
                    if filled > 0 {
                        break;
                    }
                    return Err(CodeError::Trailing);
                }
            }
            let step = self.engine.step(input, &mut output[filled..], self.finishing)?;
            self.taken += step.read;
            filled += step.written;
            // Having neither read nor written says nothing new about the end.
            self.ended = step.ended || (self.ended && step.read == 0);
            if step.read == 0 && step.written == 0 {
                break;
            }
        }
        self.full = filled == output.len();
        if filled == 0 && self.finishing && !self.ended {
            return Err(CodeError::Truncated);
        }
        Ok(filled)
    }
}

struct Step {
    read: usize,
    written: usize,
    ended: bool,
}

enum Engine {
    Deflate(Compress),
    Inflate(Decompress),
    BrotliEncoder(Box<BrotliEncoderStateStruct<StandardAlloc>>),
    BrotliDecoder(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>),
    ZstdEncoder(ZstdEncoder<'static>),
    ZstdDecoder(ZstdDecoder<'static>),
}

impl Engine {
    fn encoder(format: Format) -> io::Result<Self> {
        let level = Compression::default();
        Ok(match format {
            Format::Gzip => Self::Deflate(Compress::new_gzip(level, WINDOW_BITS)),
            Format::Deflate => Self::Deflate(Compress::new(level, true)),
            Format::DeflateRaw => Self::Deflate(Compress::new(level, false)),
            Format::Brotli => {
                let mut encoder = BrotliEncoderStateStruct::new(StandardAlloc::default());
                encoder.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_QUALITY, BROTLI_QUALITY);
                Self::BrotliEncoder(Box::new(encoder))
            }
            Format::Zstd => Self::ZstdEncoder(ZstdEncoder::new(zstd::DEFAULT_COMPRESSION_LEVEL)?),
        })
    }

    fn decoder(format: Format) -> io::Result<Self> {
        Ok(match format {
            Format::Gzip => Self::Inflate(Decompress::new_gzip(WINDOW_BITS)),
            Format::Deflate => Self::Inflate(Decompress::new(true)),
            Format::DeflateRaw => Self::Inflate(Decompress::new(false)),
            Format::Brotli => {
                let alloc = StandardAlloc::default;
                Self::BrotliDecoder(Box::new(BrotliState::new(alloc(), alloc(), alloc())))
            }
            Format::Zstd => Self::ZstdDecoder(ZstdDecoder::new()?),
        })
    }

    /// Whether something may follow the end: RFC 8878 lets frames of zstd follow each other.
    fn continues(&self) -> bool {
        matches!(self, Self::ZstdDecoder(_))
    }

    fn step(&mut self, input: &[u8], output: &mut [u8], finishing: bool) -> Result<Step, CodeError> {
        match self {
            Self::Deflate(engine) => deflate(engine, input, output, finishing),
            Self::Inflate(engine) => inflate(engine, input, output),
            Self::BrotliEncoder(engine) => brotli_encode(engine, input, output, finishing),
            Self::BrotliDecoder(engine) => brotli_decode(engine, input, output),
            Self::ZstdEncoder(engine) => zstd_encode(engine, input, output, finishing),
            Self::ZstdDecoder(engine) => zstd_decode(engine, input, output),
        }
    }
}

/// The difference of two running totals; both fit, being lengths of slices.
fn since(before: u64, after: u64) -> usize {
    usize::try_from(after - before).expect("because it is at most the length of a slice")
}

fn deflate(
    engine: &mut Compress,
    input: &[u8],
    output: &mut [u8],
    finishing: bool,
) -> Result<Step, CodeError> {
    let (read, written) = (engine.total_in(), engine.total_out());
    let flush = if finishing { FlushCompress::Finish } else { FlushCompress::None };
    let status =
        engine.compress(input, output, flush).map_err(|error| CodeError::Failed(error.to_string()))?;
    Ok(Step {
        read: since(read, engine.total_in()),
        written: since(written, engine.total_out()),
        ended: status == Status::StreamEnd,
    })
}

fn inflate(engine: &mut Decompress, input: &[u8], output: &mut [u8]) -> Result<Step, CodeError> {
    let (read, written) = (engine.total_in(), engine.total_out());
    let status = engine
        .decompress(input, output, FlushDecompress::None)
        .map_err(|error| CodeError::Corrupt(error.to_string()))?;
    Ok(Step {
        read: since(read, engine.total_in()),
        written: since(written, engine.total_out()),
        ended: status == Status::StreamEnd,
    })
}

fn brotli_encode(
    engine: &mut BrotliEncoderStateStruct<StandardAlloc>,
    input: &[u8],
    output: &mut [u8],
    finishing: bool,
) -> Result<Step, CodeError> {
    let operation = if finishing {
        BrotliEncoderOperation::BROTLI_OPERATION_FINISH
    } else {
        BrotliEncoderOperation::BROTLI_OPERATION_PROCESS
    };
    let (mut available_in, mut available_out) = (input.len(), output.len());
    let (mut read, mut written) = (0, 0);
    let worked = engine.compress_stream(
        operation,
        &mut available_in,
        input,
        &mut read,
        &mut available_out,
        output,
        &mut written,
        &mut None,
        &mut |_, _, _, _| (),
    );
    if !worked {
        return Err(CodeError::Failed("brotli refused the input".to_owned()));
    }
    Ok(Step { read, written, ended: engine.is_finished() })
}

fn brotli_decode(
    engine: &mut BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    input: &[u8],
    output: &mut [u8],
) -> Result<Step, CodeError> {
    let (mut available_in, mut available_out) = (input.len(), output.len());
    let (mut read, mut written, mut total) = (0, 0, 0);
    let result = BrotliDecompressStream(
        &mut available_in,
        &mut read,
        input,
        &mut available_out,
        &mut written,
        output,
        &mut total,
        engine,
    );
    if matches!(result, BrotliResult::ResultFailure) {
        return Err(CodeError::Corrupt("it is not valid brotli".to_owned()));
    }
    Ok(Step { read, written, ended: matches!(result, BrotliResult::ResultSuccess) })
}

fn zstd_encode(
    engine: &mut ZstdEncoder<'static>,
    input: &[u8],
    output: &mut [u8],
    finishing: bool,
) -> Result<Step, CodeError> {
    let failed = |error: io::Error| CodeError::Failed(error.to_string());
    if finishing && input.is_empty() {
        let mut out = OutBuffer::around(output);
        let left = engine.finish(&mut out, false).map_err(failed)?;
        return Ok(Step { read: 0, written: out.pos(), ended: left == 0 });
    }
    let (mut source, mut out) = (InBuffer::around(input), OutBuffer::around(output));
    engine.run(&mut source, &mut out).map_err(failed)?;
    Ok(Step { read: source.pos(), written: out.pos(), ended: false })
}

fn zstd_decode(
    engine: &mut ZstdDecoder<'static>,
    input: &[u8],
    output: &mut [u8],
) -> Result<Step, CodeError> {
    let (mut source, mut out) = (InBuffer::around(input), OutBuffer::around(output));
    let hint = engine.run(&mut source, &mut out).map_err(|error| CodeError::Corrupt(error.to_string()))?;
    Ok(Step { read: source.pos(), written: out.pos(), ended: hint == 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Format; 5] =
        [Format::Gzip, Format::Deflate, Format::DeflateRaw, Format::Brotli, Format::Zstd];

    fn drain(coder: &mut Coder, into: &mut Vec<u8>) -> Result<(), CodeError> {
        let mut piece = [0; 1000];
        loop {
            let length = coder.pull(&mut piece)?;
            if length == 0 {
                return Ok(());
            }
            into.extend_from_slice(&piece[..length]);
        }
    }

    /// Runs `input` through a coder in chunks of `chunk` bytes.
    fn run(format: Format, compress: bool, input: &[u8], chunk: usize) -> Result<Vec<u8>, CodeError> {
        let mut coder = Coder::new(format, compress).expect("a coder");
        let mut output = Vec::new();
        for bytes in input.chunks(chunk) {
            coder.push(bytes);
            drain(&mut coder, &mut output)?;
        }
        coder.finish();
        drain(&mut coder, &mut output)?;
        Ok(output)
    }

    /// Not quite regular, so that it neither vanishes nor stays.
    fn sample(length: usize) -> Vec<u8> {
        (0..length).map(|at| ((at * at / 7) % 251) as u8 ^ (at % 3) as u8).collect()
    }

    #[test]
    fn what_goes_in_comes_out() {
        for format in ALL {
            for length in [0, 1, 100, 200_000] {
                let input = sample(length);
                for chunk in [1 + length / 3, 1 + length / 50] {
                    let packed = run(format, true, &input, chunk).expect("it compresses");
                    let output = run(format, false, &packed, chunk).expect("it decompresses");
                    assert_eq!(output, input, "{format:?}, {length} bytes in chunks of {chunk}");
                }
            }
        }
    }

    #[test]
    fn byte_by_byte() {
        for format in ALL {
            let input = sample(3000);
            let packed = run(format, true, &input, 1).expect("it compresses");
            assert_eq!(run(format, false, &packed, 1).expect("it decompresses"), input, "{format:?}");
        }
    }

    #[test]
    fn an_early_end_is_an_error() {
        for format in ALL {
            let packed = run(format, true, &sample(5000), 5000).expect("it compresses");
            for cut in [0, 1, packed.len() / 2, packed.len() - 1] {
                let result = run(format, false, &packed[..cut], 100);
                assert!(matches!(result, Err(CodeError::Truncated)), "{format:?} cut at {cut}: {result:?}");
            }
        }
    }

    #[test]
    fn data_after_the_end_is_an_error() {
        for format in [Format::Gzip, Format::Deflate, Format::DeflateRaw, Format::Brotli] {
            let mut packed = run(format, true, &sample(5000), 5000).expect("it compresses");
            packed.push(0);
            for chunk in [1, packed.len() - 1, packed.len()] {
                let result = run(format, false, &packed, chunk);
                assert!(matches!(result, Err(CodeError::Trailing)), "{format:?} by {chunk}: {result:?}");
            }
        }
    }

    #[test]
    fn zstd_frames_follow_each_other() {
        let mut packed = run(Format::Zstd, true, b"one, ", 5).expect("it compresses");
        packed.extend(run(Format::Zstd, true, b"two", 3).expect("it compresses"));
        for chunk in [1, 7, packed.len()] {
            assert_eq!(run(Format::Zstd, false, &packed, chunk).expect("it decompresses"), b"one, two");
        }
    }

    #[test]
    fn nonsense_is_an_error() {
        for format in ALL {
            let result = run(format, false, &[0xff; 64], 64);
            assert!(matches!(result, Err(CodeError::Corrupt(_))), "{format:?}: {result:?}");
        }
    }

    #[test]
    fn a_bomb_comes_out_piece_by_piece() {
        for format in ALL {
            let zeros = vec![0; 8 << 20];
            let packed = run(format, true, &zeros, zeros.len()).expect("it compresses");
            let mut coder = Coder::new(format, false).expect("a coder");
            coder.push(&packed);
            let mut piece = [1; 4096];
            assert_eq!(coder.pull(&mut piece).expect("a piece"), 4096, "{format:?}");
            assert!(coder.has_more() && piece.iter().all(|byte| *byte == 0), "{format:?}");
        }
    }
}
