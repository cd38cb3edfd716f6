//! Damaged copies of good input.

/// Longest input made.
pub const LONGEST: usize = 1 << 20;

/// SplitMix64: enough for damage, the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `end` − 1; 0 where there is nothing.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// What breaks parsers of tables and of JSON.
const TOKENS: [&[u8]; 56] = [
    b"\"",
    b"\"\"",
    b",",
    b",,,,,,,,",
    b"\n",
    b"\r\n",
    b"\r",
    b";",
    b"\t",
    b"'",
    b"-",
    b"--",
    b"null",
    b"NaN",
    b"inf",
    b"1e999",
    b"-0",
    b"0",
    b"1e-400",
    b"999999999999999999999999",
    b"0.0000000000000000001",
    b"1,234.5",
    b"12M",
    "亿".as_bytes(),
    "年".as_bytes(),
    "2020年13月40日".as_bytes(),
    b"99991231",
    b"00000000",
    b"2020-02-30",
    b"0001-01-01",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b\x08",
    b"\0",
    b"\x80",
    b"{\"error\": {",
    b"<html>",
    b"Too Many Requests",
    b"Date,Open,High,Low,Close,Volume\n",
    b"ts_code,trade_date,adj_factor\n",
    b"[",
    b"]",
    b"{",
    b"}",
    b"1,",
    b"[],",
    b"[1],",
    b"{},",
    b"\"\",",
    b"\"a\",",
    b"null,",
    b"true,",
    b"\\u0041",
    b"\\ud800",
    b"-9223372036854775808",
    b"99999999999",
];

/// A damaged copy of one of the seeds, sometimes of two spliced, sometimes long.
pub fn damaged(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).clone();
    if random.below(8) == 0 {
        let other = random.pick(seeds);
        bytes.truncate(random.below(bytes.len() + 1));
        bytes.extend(&other[random.below(other.len() + 1)..]);
    }
    for _ in 0..random.below(8) {
        once(&mut bytes, random);
    }
    if random.below(48) == 0 {
        lengthen(&mut bytes, random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn once(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(1 + (bytes.len() - at).min(64))).min(bytes.len());
    match random.below(8) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 if at < bytes.len() => bytes[at] = random.next() as u8,
        2 => drop(bytes.splice(at..end, random.pick(&TOKENS).iter().copied())),
        3 => drop(bytes.splice(at..at, random.pick(&TOKENS).iter().copied())),
        4 => drop(bytes.drain(at..end)),
        5 => {
            let copy = bytes[at..end].repeat(1 + random.below(20));
            drop(bytes.splice(at..at, copy));
        }
        6 => swap_lines(bytes, random),
        _ if random.below(4) == 0 => bytes.truncate(at),
        _ => {}
    }
}

fn swap_lines(bytes: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (random.below(lines.len()), random.below(lines.len()));
    lines.swap(a, b);
    *bytes = lines.join(&b'\n');
}

/// As [`damaged`], and sometimes with one element many times where elements stand.
pub fn damaged_json(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = damaged(seeds, random);
    if random.below(24) == 0 {
        let starts = |byte: &u8| matches!(byte, b'[' | b'{' | b',');
        let places: Vec<usize> = (0..bytes.len()).filter(|at| starts(&bytes[*at])).map(|at| at + 1).collect();
        if !places.is_empty() {
            let at = *random.pick(&places);
            let next = places.iter().find(|place| **place > at).copied().unwrap_or(bytes.len());
            let piece = match random.below(2) {
                0 => random.pick(&TOKENS).to_vec(),
                _ => bytes[at..next].to_vec(),
            };
            let most = LONGEST.saturating_sub(bytes.len()) / piece.len().max(1);
            drop(bytes.splice(at..at, piece.repeat(random.below(most + 1))));
        }
    }
    bytes
}

/// One piece again and again, up to the longest input: what is quadratic shows.
fn lengthen(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = at + random.below(bytes.len() - at + 1);
    let piece = match random.below(4) {
        0 => random.pick(&TOKENS).to_vec(),
        _ => bytes[at..end].to_vec(),
    };
    if !piece.is_empty() {
        let most = LONGEST.saturating_sub(bytes.len()) / piece.len();
        let copies = piece.repeat(random.below(most + 1));
        drop(bytes.splice(at..at, copies));
    }
}
