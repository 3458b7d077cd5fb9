//! Where and when the figures were taken.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::SystemTime;

use super::cpu::Pinning;

pub(crate) fn describe(pinning: Pinning) -> BTreeMap<String, String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let uname = rustix::system::uname();
    let kernel = format!("{} {}", uname.sysname().to_string_lossy(), uname.release().to_string_lossy());
    let mut facts = vec![
        ("processor", processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned())),
        ("cores", cores.to_string()),
        ("kernel", kernel),
        ("placement", pinning.describe()),
    ];
    facts.extend(load_average().map(|load| ("load average before", load)));
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(crate) fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// `2026-11-21 09:30 UTC`.
pub(crate) fn date(seconds: u64) -> String {
    let (day, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the Gregorian calendar, in years that begin in March: H. Hinnant, "chrono-compatible low-level date algorithms".
    let day = day + 719_468;
    let (era, day_of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
    format!("{year}-{month:02}-{day_of_month:02} {:02}:{:02} UTC", rest / 3600, rest / 60 % 60)
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load_average() -> Option<String> {
    Some(fs::read_to_string("/proc/loadavg").ok()?.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let check = |seconds, expected| assert_eq!(date(seconds), expected);
        check(0, "1970-01-01 00:00 UTC");
        check(951_782_399, "2000-02-28 23:59 UTC");
        check(951_782_400, "2000-02-29 00:00 UTC");
        check(1_795_251_600, "2026-11-21 09:00 UTC");
        check(4_107_542_400, "2100-03-01 00:00 UTC");
    }
}
