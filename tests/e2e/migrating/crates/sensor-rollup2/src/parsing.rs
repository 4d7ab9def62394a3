use regex::Regex;

use crate::model::Reading;

/// Lines that do not fit are left out: the radio garbles about one in a thousand.
pub(crate) fn readings(text: &str) -> Vec<Reading> {
    let line = Regex::new(r"^([a-z]\d+)=(-?\d+(?:\.\d+)?)$").expect("a pattern");
    text.lines()
        .filter_map(|l| line.captures(l))
        .map(|c| Reading { sensor: c[1].to_string(), celsius: c[2].parse().expect("digits") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::readings;

    #[test]
    fn garbled_lines_are_left_out() {
        assert_eq!(readings("t1=1\n?\nt1=2.5\n").len(), 2);
    }
}
