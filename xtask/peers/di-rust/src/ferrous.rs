//! ferrous-di: a registry at run time. It does not know what a factory asks for, so its build validates nothing.

use std::hint::black_box;

use ferrous_di::{Resolver, ServiceCollection, ServiceProvider};

use crate::harness::Figure;
use crate::services::{Cart, Command, Config, Db, Handler, Locale, Repo, Session, Trace, needs};

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
        "build-1000" => build(1_000),
        "build-10000" => build(10_000),
        _ => return None,
    })
}

fn provider() -> ServiceProvider {
    let mut services = ServiceCollection::new();
    services
        .add_singleton(Db::default())
        .add_singleton(Config::default())
        .add_scoped_factory(|_| Session::default())
        .add_scoped_factory(|scope| Repo { session: scope.get_required() })
        .add_scoped_factory(|scope| Handler { repo: scope.get_required(), session: scope.get_required() })
        .add_scoped_factory(|_| Cart::default())
        .add_scoped_factory(|_| Locale::default())
        .add_scoped_factory(|_| Trace::default())
        .add_transient_factory(|root| Command { db: root.get_required(), config: root.get_required() });
    services.build()
}

/// One type under many names.
struct Named {
    _needs: Vec<std::sync::Arc<Named>>,
}

fn build(count: usize) -> Figure {
    let names: Vec<&'static str> = (0..count).map(|i| &*format!("service {i}").leak()).collect();
    let names: &'static [&'static str] = names.leak();
    Figure::build(move || {
        let mut services = ServiceCollection::new();
        for (i, name) in names.iter().enumerate() {
            services.add_named_singleton_factory(name, move |root| Named {
                _needs: needs(i).map(|need| root.get_named_required(names[need])).collect(),
            });
        }
        services.build()
    })
}
