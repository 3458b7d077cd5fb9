//! more-di: a registry at run time that validates what is declared. A service is named by its Rust type alone, so
//! 1,000 of them are 1,000 types, and 10,000 are more than a compiler should be asked for.

use std::hint::black_box;

use di::{
    Ref, ServiceCollection, ServiceProvider, exactly_one, existing_as_self, singleton_as_self,
    transient_as_self,
};

use crate::harness::Figure;
use crate::services::{Cart, Command, Config, Db, Handler, Locale, Repo, Session, Trace};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "singleton" => {
            let provider = provider();
            Figure::calls(move || black_box(&provider).get_required::<Db>())
        }
        "scoped" => {
            let scope = provider().create_scope();
            Figure::calls(move || black_box(&scope).get_required::<Session>())
        }
        "scope-chain" => {
            let provider = provider();
            Figure::calls(move || black_box(&provider).create_scope().get_required::<Handler>())
        }
        "scope-flat" => {
            let provider = provider();
            Figure::calls(move || {
                let scope = black_box(&provider).create_scope();
                (scope.get_required::<Cart>(), scope.get_required::<Locale>(), scope.get_required::<Trace>())
            })
        }
        "transient" => {
            let provider = provider();
            Figure::calls(move || black_box(&provider).get_required::<Command>())
        }
        "build-1000" => Figure::build(|| {
            let mut services = ServiceCollection::new();
            thousand(&mut services);
            services.build_provider().expect("because the tree has no cycle and no gap")
        }),
        _ => return None,
    })
}

fn provider() -> ServiceProvider {
    ServiceCollection::new()
        .add(existing_as_self(Db::default()))
        .add(existing_as_self(Config::default()))
        .add(di::scoped::<Session, Session>().from(|_| Ref::default()))
        .add(
            di::scoped::<Repo, Repo>()
                .depends_on(exactly_one::<Session>())
                .from(|scope| Ref::new(Repo { session: scope.get_required() })),
        )
        .add(
            di::scoped::<Handler, Handler>()
                .depends_on(exactly_one::<Repo>())
                .depends_on(exactly_one::<Session>())
                .from(|scope| {
                    Ref::new(Handler { repo: scope.get_required(), session: scope.get_required() })
                }),
        )
        .add(di::scoped::<Cart, Cart>().from(|_| Ref::default()))
        .add(di::scoped::<Locale, Locale>().from(|_| Ref::default()))
        .add(di::scoped::<Trace, Trace>().from(|_| Ref::default()))
        .add(
            transient_as_self::<Command>()
                .depends_on(exactly_one::<Db>())
                .depends_on(exactly_one::<Config>())
                .from(|root| Ref::new(Command { db: root.get_required(), config: root.get_required() })),
        )
        .build_provider()
        .expect("because every dependency is registered")
}

/// Service `HTU` of the decimal tree of [`crate::services::needs`]: `i / 10` and `i / 100` are shifts of its digits.
#[derive(Default)]
struct Digits<const H: usize, const T: usize, const U: usize>;

/// Calls a function for each value of its last digit.
macro_rules! each_digit {
    ($services:expr, $name:ident $(, $digit:ident)*) => {
        $name::<$($digit,)* 0>($services);
        $name::<$($digit,)* 1>($services);
        $name::<$($digit,)* 2>($services);
        $name::<$($digit,)* 3>($services);
        $name::<$($digit,)* 4>($services);
        $name::<$($digit,)* 5>($services);
        $name::<$($digit,)* 6>($services);
        $name::<$($digit,)* 7>($services);
        $name::<$($digit,)* 8>($services);
        $name::<$($digit,)* 9>($services);
    };
}

fn thousand(services: &mut ServiceCollection) {
    each_digit!(services, hundred);
}

fn hundred<const H: usize>(services: &mut ServiceCollection) {
    each_digit!(services, ten, H);
}

fn ten<const H: usize, const T: usize>(services: &mut ServiceCollection) {
    each_digit!(services, one, H, T);
}

fn one<const H: usize, const T: usize, const U: usize>(services: &mut ServiceCollection) {
    let mut service = singleton_as_self::<Digits<H, T, U>>();
    if (H, T, U) != (0, 0, 0) {
        service = service.depends_on(exactly_one::<Digits<0, H, T>>());
    }
    if (H, T) != (0, 0) {
        service = service.depends_on(exactly_one::<Digits<0, 0, H>>());
    }
    services.add(service.from(|root| {
        if (H, T, U) != (0, 0, 0) {
            root.get_required::<Digits<0, H, T>>();
        }
        if (H, T) != (0, 0) {
            root.get_required::<Digits<0, 0, H>>();
        }
        Ref::default()
    }));
}
