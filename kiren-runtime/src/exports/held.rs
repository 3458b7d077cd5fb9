//! What JavaScript holds of Rust.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use hypers_modules::exports::{ClassInfo, Function, Instance};
use slab::Slab;

use crate::natives::string;
use crate::realm::Realm;

/// The realm's table. An entry goes when V8 has collected the object that stands for it.
#[derive(Default)]
pub(crate) struct Held {
    things: Rc<RefCell<Things>>,
    /// One class of JavaScript for each of Rust; they stay.
    pub(super) classes: RefCell<Vec<(Arc<ClassInfo>, v8::Global<v8::Function>)>>,
    mark: OnceCell<v8::Global<v8::Private>>,
    #[cfg(feature = "lua")]
    pub(super) lua: OnceCell<hypers_modules::lua::Lua>,
}

#[derive(Default)]
struct Things {
    entries: Slab<Entry>,
    /// Entries by the address of what they hold, so that it comes back as the same object.
    by_address: HashMap<usize, usize>,
}

struct Entry {
    thing: Thing,
    object: Option<v8::Weak<v8::Object>>,
}

#[derive(Clone)]
pub(super) enum Thing {
    Function(Function),
    Instance(Instance),
}

impl Thing {
    fn address(&self) -> usize {
        match self {
            Self::Function(function) => function.address(),
            Self::Instance(instance) => instance.address(),
        }
    }
}

impl Held {
    /// A place for a thing, before there is an object for it.
    pub(super) fn reserve(&self, thing: Thing) -> usize {
        self.things.borrow_mut().entries.insert(Entry { thing, object: None })
    }

    /// The object that stands for the thing in that place.
    pub(super) fn bind(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        at: usize,
        object: v8::Local<'_, v8::Object>,
    ) {
        let mark = self.mark(scope);
        let number = v8::Number::new(scope, at as f64).into();
        object.set_private(scope, mark, number);
        let things: Weak<RefCell<Things>> = Rc::downgrade(&self.things);
        let finalizer = Box::new(move || {
            let gone = things.upgrade().and_then(|things| things.borrow_mut().release(at));
            // Dropped without the table: it may be the last owner of other things.
            drop(gone);
        });
        let weak = v8::Weak::with_guaranteed_finalizer(scope, object, finalizer);
        let things = &mut *self.things.borrow_mut();
        if let Some(entry) = things.entries.get_mut(at) {
            things.by_address.insert(entry.thing.address(), at);
            entry.object = Some(weak);
        }
    }

    /// The object that stands for a thing already.
    pub(super) fn object<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        thing: &Thing,
    ) -> Option<v8::Local<'s, v8::Object>> {
        let things = self.things.borrow();
        let at = *things.by_address.get(&thing.address())?;
        things.entries.get(at)?.object.as_ref()?.to_local(scope)
    }

    /// What lies in a place.
    pub(super) fn thing(&self, at: f64) -> Option<Thing> {
        // Truncation cannot happen: only `bind` and `reserve` make these numbers.
        self.things.borrow().entries.get(at as usize).map(|entry| entry.thing.clone())
    }

    /// What an object stands for.
    pub(super) fn thing_of(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        object: v8::Local<'_, v8::Object>,
    ) -> Option<Thing> {
        let mark = self.mark(scope);
        let number = v8::Local::<v8::Number>::try_from(object.get_private(scope, mark)?).ok()?;
        self.thing(number.value())
    }

    fn mark<'s>(&self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Private> {
        let mark = self.mark.get_or_init(|| {
            let name = string(scope, "krepis.held");
            let mark = v8::Private::new(scope, Some(name));
            v8::Global::new(scope, mark)
        });
        v8::Local::new(scope, mark)
    }
}

impl Things {
    fn release(&mut self, at: usize) -> Option<Entry> {
        let entry = self.entries.try_remove(at)?;
        let address = entry.thing.address();
        // A second object may stand for it since the first one was lost.
        if self.by_address.get(&address) == Some(&at) {
            self.by_address.remove(&address);
        }
        Some(entry)
    }
}

pub(super) fn of(scope: &v8::PinScope<'_, '_>) -> Rc<Realm> {
    Realm::of(scope)
}
