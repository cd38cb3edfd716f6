use super::*;

fn key() -> Key {
    Key { seed: 5, purpose: Purpose::Dropout, epoch: 3, row: 17, layer: 1, step: 4 }
}

/// Known answers of Random123's `kat_vectors` (philox4x32, 10 rounds).
#[test]
fn philox_gives_the_published_answers() {
    let ones = u32::MAX;
    assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    assert_eq!(philox([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
    assert_eq!(
        philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    );
}

#[test]
fn every_part_of_a_key_names_another_stream() {
    let keys = [
        key(),
        Key { seed: 6, ..key() },
        Key { seed: 5 + (1 << 32), ..key() },
        Key { purpose: Purpose::Shuffle, ..key() },
        Key { epoch: 4, ..key() },
        Key { row: 18, ..key() },
        Key { layer: 2, ..key() },
        Key { step: 5, ..key() },
    ];
    let blocks: std::collections::BTreeSet<[u32; 4]> = keys.iter().map(|key| key.block(0)).collect();
    assert_eq!(blocks.len(), keys.len());
    assert_ne!(key().block(0), key().block(1));
}

#[test]
fn uniform_and_normal_draws_have_their_moments() {
    let mut stream = Stream::new(key());
    let n = 100_000;
    let uniform: Vec<f64> = (0..n).map(|_| stream.uniform()).collect();
    let normal: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let mean = |values: &[f64], power: i32| values.iter().map(|v| v.powi(power)).sum::<f64>() / n as f64;
    assert!(uniform.iter().all(|u| (0.0..1.0).contains(u)));
    assert!((mean(&uniform, 1) - 0.5).abs() < 0.005 && (mean(&uniform, 2) - 1.0 / 3.0).abs() < 0.005);
    assert!(mean(&normal, 1).abs() < 0.02 && (mean(&normal, 2) - 1.0).abs() < 0.03);
    assert!(mean(&normal, 3).abs() < 0.06 && (mean(&normal, 4) - 3.0).abs() < 0.2);
}

#[test]
fn a_shuffle_is_a_permutation_and_each_item_goes_everywhere_equally_often() {
    let mut counts = [[0; 5]; 5];
    for epoch in 1..=20_000 {
        let mut items = [0, 1, 2, 3, 4];
        Stream::new(Key { epoch, ..key() }).shuffle(&mut items);
        for (place, &item) in items.iter().enumerate() {
            counts[item][place] += 1;
        }
    }
    assert!(counts.iter().all(|places| places.iter().sum::<i32>() == 20_000));
    assert!(counts.iter().flatten().all(|&count| (count - 4000).abs() < 300), "{counts:?}");
}

#[test]
fn eight_blocks_at_once_are_the_blocks_one_by_one() {
    let key = Key { seed: 77, purpose: Purpose::Dropout, epoch: 3, row: 12, layer: 1, step: 9 };
    for first in [0, 8, 160] {
        let eight = key.eight_blocks(first);
        for b in 0..8 {
            let one = key.block(first + b as u32);
            assert_eq!([0, 1, 2, 3].map(|word| eight[word][b]), one, "block {b}");
        }
    }
}
