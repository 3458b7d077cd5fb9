//! krepis-di.

use std::hint::black_box;
use std::sync::Arc;

use krepis_di::{Builder, Container};

use crate::harness::Figure;
use crate::services::{Cart, Command, Config, Db, Handler, Locale, Repo, Session, Trace};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "singleton-ref" => {
            let container = container();
            Figure::calls(move || black_box(&container).get_ref::<Db>().map(|db| db.queries))
        }
        "singleton" => {
            let container = container();
            Figure::calls(move || black_box(&container).get::<Db>())
        }
        "singleton-key" => {
            let container = container();
            let key = container.key::<Db>().expect("because it is registered");
            Figure::calls(move || black_box(&container).at(key).map(|db| db.queries))
        }
        "scoped" => {
            let scope = container().scope();
            Figure::calls(move || black_box(&scope).get::<Session>())
        }
        "scope-chain" => {
            let container = container();
            Figure::calls(move || {
                let scope = black_box(&container).scope();
                black_box(scope.get_ref::<Handler>().is_ok());
            })
        }
        "scope-flat" => {
            let container = container();
            Figure::calls(move || {
                let scope = black_box(&container).scope();
                black_box(scope.get_ref::<Cart>().is_ok());
                black_box(scope.get_ref::<Locale>().is_ok());
                black_box(scope.get_ref::<Trace>().is_ok());
            })
        }
        "transient" => {
            let container = container();
            Figure::calls(move || black_box(&container).get::<Command>())
        }
        "build-1000" => Figure::build(|| {
            let mut builder = Builder::new();
            thousand(&mut builder);
            builder.build().expect("because the tree has no cycle and no gap")
        }),
        _ => return None,
    })
}

fn container() -> Container {
    let mut builder = Builder::new();
    builder.instance(Db::default());
    builder.instance(Config::default());
    builder.scoped(Session::default);
    builder.scoped(|session: Arc<Session>| Repo { session });
    builder.scoped(|repo: Arc<Repo>, session: Arc<Session>| Handler { repo, session });
    builder.scoped(Cart::default);
    builder.scoped(Locale::default);
    builder.scoped(Trace::default);
    builder.transient(|db: Arc<Db>, config: Arc<Config>| Command { db, config });
    builder.build().expect("because every dependency is registered")
}

/// Service `HTU` of the decimal tree of [`crate::services::needs`]: `i / 10` and `i / 100` are shifts of its digits.
struct Digits<const H: usize, const T: usize, const U: usize>;

/// Calls a function for each value of its last digit.
macro_rules! each_digit {
    ($builder:expr, $name:ident $(, $digit:ident)*) => {
        $name::<$($digit,)* 0>($builder);
        $name::<$($digit,)* 1>($builder);
        $name::<$($digit,)* 2>($builder);
        $name::<$($digit,)* 3>($builder);
        $name::<$($digit,)* 4>($builder);
        $name::<$($digit,)* 5>($builder);
        $name::<$($digit,)* 6>($builder);
        $name::<$($digit,)* 7>($builder);
        $name::<$($digit,)* 8>($builder);
        $name::<$($digit,)* 9>($builder);
    };
}

fn thousand(builder: &mut Builder) {
    each_digit!(builder, hundred);
}

fn hundred<const H: usize>(builder: &mut Builder) {
    each_digit!(builder, ten, H);
}

fn ten<const H: usize, const T: usize>(builder: &mut Builder) {
    each_digit!(builder, one, H, T);
}

fn one<const H: usize, const T: usize, const U: usize>(builder: &mut Builder) {
    if (H, T, U) == (0, 0, 0) {
        builder.singleton(|| Digits::<H, T, U>);
    } else if (H, T) == (0, 0) {
        builder.singleton(|_: Arc<Digits<0, H, T>>| Digits::<H, T, U>);
    } else {
        builder.singleton(|_: Arc<Digits<0, H, T>>, _: Arc<Digits<0, 0, H>>| Digits::<H, T, U>);
    }
}
