//! shaku: checked and wired by the compiler, so it has nothing to build at run time. Its components are singletons of a
//! module; a module for each request is its scope.

use std::hint::black_box;
use std::sync::Arc;

use shaku::{Component, HasComponent, HasProvider, Interface, Provider, module};

use crate::harness::Figure;
use crate::services::{Cart, Config, Db, Locale, Session, Trace};

/// A service of the others, behind the trait that a component of shaku has to have.
macro_rules! component {
    ($interface:ident, $component:ident, $service:ident) => {
        trait $interface: Interface {}

        #[derive(Component)]
        #[shaku(interface = $interface)]
        struct $component {
            #[shaku(default)]
            _service: $service,
        }

        impl $interface for $component {}
    };
}

component!(IDb, DbComponent, Db);
component!(IConfig, ConfigComponent, Config);
component!(ISession, SessionComponent, Session);
component!(ICart, CartComponent, Cart);
component!(ILocale, LocaleComponent, Locale);
component!(ITrace, TraceComponent, Trace);

trait IRepo: Interface {}
trait IHandler: Interface {}
trait ICommand {}

#[derive(Component)]
#[shaku(interface = IRepo)]
struct Repo {
    #[shaku(inject)]
    _session: Arc<dyn ISession>,
}

#[derive(Component)]
#[shaku(interface = IHandler)]
struct Handler {
    #[shaku(inject)]
    _repo: Arc<dyn IRepo>,
    #[shaku(inject)]
    _session: Arc<dyn ISession>,
}

#[derive(Provider)]
#[shaku(interface = ICommand)]
struct Command {
    #[shaku(inject)]
    _db: Arc<dyn IDb>,
    #[shaku(inject)]
    _config: Arc<dyn IConfig>,
}

impl IRepo for Repo {}
impl IHandler for Handler {}
impl ICommand for Command {}

module! { Application { components = [DbComponent, ConfigComponent], providers = [Command] } }
module! { Request { components = [SessionComponent, Repo, Handler], providers = [] } }
module! { Flat { components = [CartComponent, LocaleComponent, TraceComponent], providers = [] } }

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let app = Application::builder().build();
    let request = Request::builder().build();
    Some(match name {
        "singleton-ref" => Figure::calls(move || {
            let db: &dyn IDb = black_box(&app).resolve_ref();
            std::ptr::from_ref(db)
        }),
        "singleton" => Figure::calls(move || -> Arc<dyn IDb> { black_box(&app).resolve() }),
        "scoped" => Figure::calls(move || -> Arc<dyn ISession> { black_box(&request).resolve() }),
        "scope-chain" => Figure::calls(|| -> Arc<dyn IHandler> { Request::builder().build().resolve() }),
        "scope-flat" => Figure::calls(|| -> (Arc<dyn ICart>, Arc<dyn ILocale>, Arc<dyn ITrace>) {
            let scope = Flat::builder().build();
            (scope.resolve(), scope.resolve(), scope.resolve())
        }),
        "transient" => Figure::calls(move || -> Box<dyn ICommand> {
            black_box(&app).provide().expect("because its components cannot fail")
        }),
        _ => return None,
    })
}
