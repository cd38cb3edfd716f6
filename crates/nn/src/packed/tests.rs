use super::*;
use crate::spec::Kind;
use crate::tests::cases;

/// Every flat parameter has a place of its own, and padding is zero.
#[test]
fn packing_and_unpacking_give_back_every_parameter() {
    for kind in [Kind::Mlp, Kind::Rnn, Kind::Lstm, Kind::Gru] {
        for layers in [vec![1], vec![8, 3], vec![17, 33, 5]] {
            for lanes in [4, 8, 16] {
                let spec = NetworkSpec { head: vec![6], ..cases::spec(kind, 3, 2, &layers) };
                let layout = Layout::new(&spec);
                let packing = Packing::new(&spec, &layout, lanes);
                let flat: Vec<f64> = (1..=layout.count).map(|v| v as f64).collect();
                let packed = packing.pack(&flat, |v| v);
                assert_eq!(packing.unpack(&packed), flat, "{kind:?} {layers:?}, {lanes} lanes");
                assert_eq!(packed.iter().filter(|&&v| v != 0.0).count(), layout.count);
                assert_eq!(packing.range(layout.tensors.len() - 1).end, packing.count);
            }
        }
    }
}

#[test]
fn turning_a_matrix_around_transposes_it() {
    for (depth, vectors, per_panel, lanes) in [(1, 1, 4, 4), (7, 3, 3, 4), (10, 6, 4, 4), (33, 8, 4, 8)] {
        let columns = Columns { vectors, per_panel, lanes };
        let mut matrix = vec![0.0; columns.count() * depth];
        for row in 0..depth {
            for col in 0..columns.count() {
                matrix[columns.index(col / lanes, col % lanes, row, depth)] = (row * 1000 + col) as f64;
            }
        }
        let plain = Columns::plain(depth, lanes);
        let mut turned = vec![0.0; columns.count() * plain.count()];
        Turn { matrix: &matrix, depth, columns, out: &mut turned }.make();
        for row in 0..depth {
            for col in 0..columns.count() {
                let at = plain.index(row / lanes, row % lanes, col, columns.count());
                assert_eq!(turned[at], (row * 1000 + col) as f64, "row {row}, column {col}");
            }
        }
    }
}
