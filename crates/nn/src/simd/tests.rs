use super::*;

struct Width;

impl OnLanes for Width {
    type Out = usize;

    fn on<V: RealLanes>(self) -> usize {
        V::N
    }
}

/// Element-wise operations against scalars, NaN included.
struct Elementwise;

impl OnLanes for Elementwise {
    type Out = ();

    fn on<V: RealLanes>(self) {
        let x: Vec<f32> = (0..V::N).map(|i| i as f32 - 3.5).collect();
        let y: Vec<f32> = (0..V::N).map(|i| 0.25 * i as f32 + 0.5).collect();
        let mut out = vec![0.0; V::N];
        let mut check = |what: &str, found: V, expected: &dyn Fn(f32, f32) -> f32| {
            found.store(&mut out);
            for ((&x, &y), &found) in x.iter().zip(&y).zip(&out) {
                assert_eq!(found, expected(x, y), "{what} of {x} and {y}");
            }
        };
        let (a, b) = (V::load(&x), V::load(&y));
        check("sum", a.add(b), &|x, y| x + y);
        check("difference", a.sub(b), &|x, y| x - y);
        check("product", a.mul(b), &|x, y| x * y);
        check("quotient", a.div(b), &|x, y| x / y);
        check("fma", a.fma(b, a), &|x, y| x * y + x);
        check("gate", b.where_positive(a), &|x, y| if x > 0.0 { y } else { 0.0 });
        check("relu", a.relu(), &|x, _| x.max(0.0));
        check("at least", a.at_least(b), &f32::max);
        check("at most", a.at_most(b), &f32::min);
        check("magnitude", a.abs(), &|x, _| x.abs());
        check("sign", b.with_sign_of(a), &|x, y| y.copysign(x));
        let nan = V::splat(f32::NAN);
        for kept in [nan.relu(), nan.at_least(b), nan.at_most(b), nan.add(a)] {
            kept.store(&mut out);
            assert!(out.iter().all(|v| v.is_nan()));
        }
    }
}

#[test]
fn every_path_computes_the_same_functions() {
    for path in Path::available() {
        path.run(Elementwise);
    }
}

#[test]
fn the_portable_path_is_everywhere_and_words_are_distinct() {
    let paths = Path::available();
    assert_eq!(paths[0], Path::Portable);
    let words: std::collections::BTreeSet<_> = paths.iter().map(|path| path.word()).collect();
    assert_eq!(words.len(), paths.len());
    assert!(paths.iter().all(|path| path.run(Width) >= 8));
    assert!(paths.contains(&Path::detected()));
}
