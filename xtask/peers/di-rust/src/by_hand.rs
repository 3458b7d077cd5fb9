//! The floor: the same objects without a container.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use crate::harness::Figure;
use crate::services::{Cart, Command, Config, Db, Handler, Locale, Repo, Session, Trace};

#[derive(Default)]
struct Application {
    db: OnceLock<Arc<Db>>,
    config: OnceLock<Arc<Config>>,
}

impl Application {
    fn db(&self) -> &Arc<Db> {
        self.db.get_or_init(Arc::default)
    }

    fn config(&self) -> &Arc<Config> {
        self.config.get_or_init(Arc::default)
    }
}

#[derive(Default)]
struct Request {
    session: OnceLock<Arc<Session>>,
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let app = Application::default();
    let request = Request::default();
    Some(match name {
        "singleton-ref" => Figure::calls(move || black_box(&app).db().queries),
        "singleton" => Figure::calls(move || black_box(&app).db().clone()),
        "scoped" => Figure::calls(move || black_box(&request).session.get_or_init(Arc::default).clone()),
        "scope-chain" => Figure::calls(|| {
            let session = Arc::new(Session::default());
            let repo = Arc::new(Repo { session: session.clone() });
            Arc::new(Handler { repo, session })
        }),
        "scope-flat" => {
            Figure::calls(|| (Arc::<Cart>::default(), Arc::<Locale>::default(), Arc::<Trace>::default()))
        }
        "transient" => Figure::calls(move || {
            let app = black_box(&app);
            Command { db: app.db().clone(), config: app.config().clone() }
        }),
        _ => return None,
    })
}
