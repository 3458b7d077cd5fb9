//! HTTP load from `wrk`, on the driver's core.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cpu::Pinning;
use super::process::Invocation;
use crate::workspace;

/// One run of the load generator.
#[derive(Debug, PartialEq)]
pub(crate) struct Load {
    pub(crate) requests_per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Where wrk is, or what to do about it.
pub(crate) fn generator() -> Result<PathBuf, String> {
    workspace::find_program("wrk").ok_or_else(|| "wrk is not installed (apt-get install wrk)".to_owned())
}

/// Keep-alive connections, one request at a time on each. Also says which share of its core the generator used:
/// near 1, it is the bottleneck.
pub(crate) fn run(port: u16, connections: u32, time: Duration, scratch: &Path) -> Result<(Load, f64)> {
    let wrk = Invocation::new(generator().map_err(anyhow::Error::msg)?).args([
        "-t1".to_owned(),
        format!("-c{connections}"),
        format!("-d{}s", time.as_secs().max(1)),
        "--latency".to_owned(),
        format!("http://127.0.0.1:{port}/"),
    ]);
    // The calling thread stands on the driver's core already, and wrk inherits that.
    let (run, output) = wrk.output(Pinning::detect(false), scratch)?;
    Ok((parse(&output)?, run.cpu.as_secs_f64() / run.wall.as_secs_f64()))
}

fn parse(output: &str) -> Result<Load> {
    let after = |label: &str| output.lines().find_map(|line| line.trim().strip_prefix(label)).map(str::trim);
    if let Some(errors) = after("Non-2xx or 3xx responses:").or(after("Socket errors:")) {
        bail!("the server failed under load: {errors}");
    }
    let percentile =
        |label| after(label).and_then(duration).with_context(|| format!("wrk printed no {label} latency"));
    let rate =
        after("Requests/sec:").and_then(|value| value.parse().ok()).context("wrk printed no Requests/sec")?;
    Ok(Load { requests_per_second: rate, p50: percentile("50%")?, p99: percentile("99%")? })
}

/// `635.91us`, `1.20ms`, `2.00s`, `1.05m`.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let seconds = match &text[unit..] {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Some(Duration::from_secs_f64(text[..unit].parse::<f64>().ok()? * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Running 2s test @ http://127.0.0.1:8000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us    0.89ms  12.92ms   93.69%
    Req/Sec    56.20k     8.07k   62.00k    86.67%
  Latency Distribution
     50%  500.00us
     75%    1.10ms
     90%    2.00ms
     99%    5.25ms
  112345 requests in 2.00s, 14.11MB read
Requests/sec:  56172.50
Transfer/sec:      7.06MB
";

    #[test]
    fn reads_what_wrk_prints() {
        let expected = Load {
            requests_per_second: 56172.5,
            p50: Duration::from_micros(500),
            p99: Duration::from_micros(5250),
        };
        assert_eq!(parse(OUTPUT).unwrap(), expected);
    }

    #[test]
    fn errors_are_not_a_result() {
        let check = |line: &str, expected: &str| {
            assert_eq!(parse(&format!("{OUTPUT}{line}\n")).unwrap_err().to_string(), expected);
        };
        check("  Non-2xx or 3xx responses: 12", "the server failed under load: 12");
        check(
            "  Socket errors: connect 0, read 3, write 0, timeout 0",
            "the server failed under load: connect 0, read 3, write 0, timeout 0",
        );
        assert_eq!(parse("nothing").unwrap_err().to_string(), "wrk printed no Requests/sec");
    }

    #[test]
    fn reads_its_durations() {
        let check = |text, expected| assert_eq!(duration(text), expected, "{text}");
        check("2.00s", Some(Duration::from_secs(2)));
        check("1.50ms", Some(Duration::from_micros(1500)));
        check("1.00m", Some(Duration::from_secs(60)));
        check("12", None);
        check("5h", None);
    }
}
