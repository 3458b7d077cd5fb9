//! Compression and decompression as one state machine: input goes in with [`Coder::push`], output comes out with
//! [`Coder::pull`] in pieces no larger than the caller's buffer, however much a small input expands to.

use std::io;

use brotli::enc::StandardAlloc;
use brotli::enc::encode::{BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use zstd::stream::raw::{
    CParameter, Decoder as ZstdDecoder, Encoder as ZstdEncoder, InBuffer, Operation as _, OutBuffer,
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
    #[error("the data was compressed with a dictionary, which is missing or another one")]
    NeedsDictionary {
        /// How much input was read up to there.
        read: usize,
    },
    #[error("there is data after the end of the compressed data")]
    Trailing,
    #[error("the compressor failed: {0}")]
    Failed(String),
}

/// What a coder may be told beyond its format.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Numbers and values: of deflate and its relatives 0 the level (-1 to 9) and 1 the bits of the window (9 to 15), of brotli
    /// those of `BrotliEncoderParameter`, of zstd those of `ZSTD_cParameter`. Others are ignored.
    pub(crate) parameters: Vec<(u32, i32)>,
    pub(crate) dictionary: Option<Vec<u8>>,
    /// A decoder leaves what follows the end alone.
    pub(crate) stops: bool,
}

impl Settings {
    fn get(&self, parameter: u32) -> Option<i32> {
        self.parameters.iter().find(|(key, _)| *key == parameter).map(|(_, value)| *value)
    }

    fn level(&self) -> Compression {
        match self.get(0).map(u32::try_from) {
            Some(Ok(level)) => Compression::new(level.min(9)),
            _ => Compression::default(),
        }
    }

    fn window_bits(&self) -> u8 {
        self.get(1).and_then(|bits| u8::try_from(bits).ok()).map_or(WINDOW_BITS, |bits| bits.clamp(9, 15))
    }
}

/// How much a flush does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Everything pushed can be read.
    Sync,
    /// And reading can begin behind it.
    Full,
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
    flushing: Option<Flush>,
    ended: bool,
    full: bool,
    stops: bool,
    /// For `inflate`, which asks for it when it comes to it.
    dictionary: Option<Vec<u8>>,
}

impl Coder {
    pub(crate) fn new(format: Format, compress: bool) -> io::Result<Self> {
        Self::with(format, compress, Settings::default())
    }

    pub(crate) fn with(format: Format, compress: bool, settings: Settings) -> io::Result<Self> {
        let engine =
            if compress { Engine::encoder(format, &settings)? } else { Engine::decoder(format, &settings)? };
        Ok(Self {
            engine,
            input: Vec::new(),
            taken: 0,
            finishing: false,
            flushing: None,
            ended: false,
            full: false,
            stops: settings.stops,
            dictionary: settings.dictionary,
        })
    }

    /// Has all that was pushed come out with the next pulls.
    pub(crate) fn flush(&mut self, kind: Flush) {
        self.flushing = Some(kind);
    }

    /// How much was pushed beyond the end; `None` before the end.
    pub(crate) fn unused(&self) -> Option<usize> {
        self.ended.then(|| self.input.len() - self.taken)
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

    /// Whether nobody asks it anything after its end.
    pub(crate) fn closes_itself(&self) -> bool {
        self.finishing && !self.stops
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
                if self.stops {
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
            let step = match self.engine.step(input, &mut output[filled..], self.finishing, self.flushing) {
                Err(CodeError::NeedsDictionary { read }) => {
                    let dictionary = self.dictionary.take().ok_or(CodeError::NeedsDictionary { read })?;
                    self.engine.set_dictionary(&dictionary)?;
                    self.taken += read;
                    continue;
                }
                step => step?,
            };
            self.taken += step.read;
            filled += step.written;
            // Having neither read nor written says nothing new about the end.
            self.ended = step.ended || (self.ended && step.read == 0);
            if step.read == 0 && step.written == 0 {
                self.flushing = None;
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
    fn encoder(format: Format, settings: &Settings) -> io::Result<Self> {
        let (level, bits) = (settings.level(), settings.window_bits());
        Ok(match format {
            Format::Gzip => Self::Deflate(Compress::new_gzip(level, bits)),
            Format::Deflate | Format::DeflateRaw => {
                let header = format == Format::Deflate;
                let mut encoder = Compress::new_with_window_bits(level, header, bits);
                if let Some(dictionary) = &settings.dictionary {
                    encoder.set_dictionary(dictionary).map_err(io::Error::other)?;
                }
                Self::Deflate(encoder)
            }
            Format::Brotli => {
                let mut encoder = BrotliEncoderStateStruct::new(StandardAlloc::default());
                encoder.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_QUALITY, BROTLI_QUALITY);
                for (key, value) in &settings.parameters {
                    if let Some(parameter) = brotli_parameter(*key) {
                        encoder.set_parameter(parameter, value.cast_unsigned());
                    }
                }
                Self::BrotliEncoder(Box::new(encoder))
            }
            Format::Zstd => {
                let level = settings.get(ZSTD_LEVEL).unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL);
                let mut encoder = match &settings.dictionary {
                    Some(dictionary) => ZstdEncoder::with_dictionary(level, dictionary)?,
                    None => ZstdEncoder::new(level)?,
                };
                for (key, value) in &settings.parameters {
                    if let Some(parameter) = zstd_parameter(*key, *value) {
                        encoder.set_parameter(parameter)?;
                    }
                }
                Self::ZstdEncoder(encoder)
            }
        })
    }

    fn decoder(format: Format, settings: &Settings) -> io::Result<Self> {
        let bits = settings.window_bits();
        Ok(match format {
            Format::Gzip => Self::Inflate(Decompress::new_gzip(bits)),
            Format::Deflate => Self::Inflate(Decompress::new_with_window_bits(true, bits)),
            Format::DeflateRaw => {
                let mut decoder = Decompress::new_with_window_bits(false, bits);
                if let Some(dictionary) = &settings.dictionary {
                    decoder.set_dictionary(dictionary).map_err(io::Error::other)?;
                }
                Self::Inflate(decoder)
            }
            Format::Brotli => {
                let alloc = StandardAlloc::default;
                Self::BrotliDecoder(Box::new(BrotliState::new(alloc(), alloc(), alloc())))
            }
            Format::Zstd => Self::ZstdDecoder(match &settings.dictionary {
                Some(dictionary) => ZstdDecoder::with_dictionary(dictionary)?,
                None => ZstdDecoder::new()?,
            }),
        })
    }

    fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), CodeError> {
        match self {
            Self::Inflate(engine) => engine
                .set_dictionary(dictionary)
                .map(drop)
                .map_err(|_| CodeError::NeedsDictionary { read: 0 }),
            _ => Err(CodeError::NeedsDictionary { read: 0 }),
        }
    }

    /// Whether something may follow the end: RFC 8878 lets frames of zstd follow each other.
    fn continues(&self) -> bool {
        matches!(self, Self::ZstdDecoder(_))
    }

    fn step(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        finishing: bool,
        flushing: Option<Flush>,
    ) -> Result<Step, CodeError> {
        match self {
            Self::Deflate(engine) => deflate(engine, input, output, finishing, flushing),
            Self::Inflate(engine) => inflate(engine, input, output),
            Self::BrotliEncoder(engine) => brotli_encode(engine, input, output, finishing, flushing),
            Self::BrotliDecoder(engine) => brotli_decode(engine, input, output),
            Self::ZstdEncoder(engine) => zstd_encode(engine, input, output, finishing, flushing),
            Self::ZstdDecoder(engine) => zstd_decode(engine, input, output),
        }
    }
}

const ZSTD_LEVEL: u32 = 100;

fn zstd_parameter(key: u32, value: i32) -> Option<CParameter> {
    let number = value.cast_unsigned();
    Some(match key {
        101 => CParameter::WindowLog(number),
        102 => CParameter::HashLog(number),
        103 => CParameter::ChainLog(number),
        104 => CParameter::SearchLog(number),
        105 => CParameter::MinMatch(number),
        106 => CParameter::TargetLength(number),
        160 => CParameter::EnableLongDistanceMatching(value != 0),
        200 => CParameter::ContentSizeFlag(value != 0),
        201 => CParameter::ChecksumFlag(value != 0),
        202 => CParameter::DictIdFlag(value != 0),
        _ => return None,
    })
}

fn brotli_parameter(key: u32) -> Option<BrotliEncoderParameter> {
    Some(match key {
        0 => BrotliEncoderParameter::BROTLI_PARAM_MODE,
        1 => BrotliEncoderParameter::BROTLI_PARAM_QUALITY,
        2 => BrotliEncoderParameter::BROTLI_PARAM_LGWIN,
        3 => BrotliEncoderParameter::BROTLI_PARAM_LGBLOCK,
        5 => BrotliEncoderParameter::BROTLI_PARAM_SIZE_HINT,
        _ => return None,
    })
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
    flushing: Option<Flush>,
) -> Result<Step, CodeError> {
    let (read, written) = (engine.total_in(), engine.total_out());
    let flush = match flushing {
        _ if finishing => FlushCompress::Finish,
        Some(Flush::Full) => FlushCompress::Full,
        Some(Flush::Sync) => FlushCompress::Sync,
        None => FlushCompress::None,
    };
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
    let status = engine.decompress(input, output, FlushDecompress::None);
    let status = status.map_err(|error| match error.needs_dictionary() {
        Some(_) => CodeError::NeedsDictionary { read: since(read, engine.total_in()) },
        None => CodeError::Corrupt(error.to_string()),
    })?;
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
    flushing: Option<Flush>,
) -> Result<Step, CodeError> {
    let operation = if finishing {
        BrotliEncoderOperation::BROTLI_OPERATION_FINISH
    } else if flushing.is_some() {
        BrotliEncoderOperation::BROTLI_OPERATION_FLUSH
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
    flushing: Option<Flush>,
) -> Result<Step, CodeError> {
    let failed = |error: io::Error| CodeError::Failed(error.to_string());
    if finishing && input.is_empty() {
        let mut out = OutBuffer::around(output);
        let left = engine.finish(&mut out, false).map_err(failed)?;
        return Ok(Step { read: 0, written: out.pos(), ended: left == 0 });
    }
    let (mut source, mut out) = (InBuffer::around(input), OutBuffer::around(output));
    if flushing.is_some() && input.is_empty() {
        engine.flush(&mut out).map_err(failed)?;
    } else {
        engine.run(&mut source, &mut out).map_err(failed)?;
    }
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
