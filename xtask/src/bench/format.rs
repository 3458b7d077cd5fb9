//! Figures as people read them: three significant digits and a unit.

use super::results::Unit;

pub(crate) fn quantity(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds => scaled(value, &[(1e9, " s"), (1e6, " ms"), (1e3, " µs"), (1.0, " ns")]),
        Unit::Bytes => scaled(
            value,
            &[(1024.0 * 1024.0 * 1024.0, " GiB"), (1024.0 * 1024.0, " MiB"), (1024.0, " KiB"), (1.0, " B")],
        ),
        Unit::Count => scaled(value, &[(1e6, " M"), (1e3, " k"), (1.0, "")]),
        Unit::PerSecond => scaled(value, &[(1e6, " M/s"), (1e3, " k/s"), (1.0, " /s")]),
    }
}

/// `12.4 GB/s`, of bytes a nanosecond; above what memory gives, nothing has gone through it.
pub(crate) fn throughput(value: f64) -> String {
    if value >= 1e3 {
        return "> 1 TB/s".to_owned();
    }
    scaled(value, &[(1.0, " GB/s"), (1e-3, " MB/s")])
}

/// `1.42×`, `0.27×`, `12×`.
pub(crate) fn ratio(value: f64) -> String {
    format!("{}×", significant(value))
}

/// `+12.3 %`, for a change by a factor.
pub(crate) fn change(factor: f64) -> String {
    format!("{:+.1} %", (factor - 1.0) * 100.0)
}

pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `scales` goes down; the last one takes what is smaller.
fn scaled(value: f64, scales: &[(f64, &str)]) -> String {
    // 999.6 µs is 1.00 ms, not "1000 µs".
    let fits = |scale: f64| value.abs() / scale >= 0.9995;
    let (scale, suffix) = scales
        .iter()
        .find(|(scale, _)| fits(*scale))
        .or(scales.last())
        .expect("because the tables are not empty");
    format!("{}{suffix}", significant(value / scale))
}

/// Three digits.
pub(crate) fn significant(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.0995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throughputs() {
        let shown = [12.44, 0.5, 999.0, 1e6].map(throughput);
        assert_eq!(shown, ["12.4 GB/s", "500 MB/s", "999 GB/s", "> 1 TB/s"]);
    }

    #[test]
    fn quantities() {
        let check = |value, unit, expected: &str| assert_eq!(quantity(value, unit), expected);
        check(0.0, Unit::Nanoseconds, "0 ns");
        check(1.5, Unit::Nanoseconds, "1.50 ns");
        check(999.4, Unit::Nanoseconds, "999 ns");
        check(999_600.0, Unit::Nanoseconds, "1.00 ms");
        check(4_512_000.0, Unit::Nanoseconds, "4.51 ms");
        check(20_800_000.0, Unit::Nanoseconds, "20.8 ms");
        check(1.2e9, Unit::Nanoseconds, "1.20 s");
        check(512.0, Unit::Bytes, "512 B");
        check(22.5 * 1024.0 * 1024.0, Unit::Bytes, "22.5 MiB");
        check(-3.0 * 1024.0, Unit::Bytes, "-3.00 KiB");
        check(20.0, Unit::Count, "20.0");
        check(0.0, Unit::Count, "0");
        check(1_500.0, Unit::Count, "1.50 k");
        check(98_765.0, Unit::PerSecond, "98.8 k/s");
        check(1_234_567.0, Unit::PerSecond, "1.23 M/s");
    }

    #[test]
    fn ratios_and_changes() {
        assert_eq!(ratio(0.27), "0.27×");
        assert_eq!(ratio(0.004), "0.004×");
        assert_eq!(ratio(1234.0), "1234×");
        assert_eq!(change(1.123), "+12.3 %");
        assert_eq!(change(0.5), "-50.0 %");
        assert_eq!(percent(0.051), "5.1 %");
    }
}
