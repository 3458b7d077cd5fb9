//! Classes of Rust in Lua: `Counter(5)` or `Counter.new(5)` makes an instance, `counter:next()` calls a method.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use mlua::{MetaMethod, MultiValue, UserData, UserDataMethods};

use super::super::class::{ClassInfo, Instance, MemberKind};
use super::super::error::CallError;
use super::{Inner, upgrade};

/// An instance, as userdata.
pub(super) struct LuaInstance(pub(super) Instance, Weak<Inner>);

impl LuaInstance {
    pub(super) fn of(inner: &Rc<Inner>, instance: &Instance) -> Self {
        Self(instance.clone(), Rc::downgrade(inner))
    }
}

/// A class's own table is recognised by what lies under this name in its metatable.
struct LuaClass(Arc<ClassInfo>);

impl UserData for LuaClass {}

const CLASS: &str = "__class";

pub(super) fn table(inner: &Rc<Inner>, class: &Arc<ClassInfo>) -> mlua::Result<mlua::Table> {
    let state = &inner.state;
    let table = state.create_table()?;
    for (name, function) in class.statics() {
        table.set(name, inner.function_for_lua(function)?)?;
    }
    let construct = |skip: usize| {
        let (weak, class) = (Rc::downgrade(inner), Arc::clone(class));
        state.create_function(move |_, mut arguments: MultiValue| {
            let inner = upgrade(&weak)?;
            let skipped = skip.min(arguments.len());
            arguments.drain(..skipped);
            let made = inner.arguments(&arguments).and_then(|mut arguments| class.construct(&mut arguments));
            made.and_then(|instance| inner.to_lua(&instance.into())).map_err(mlua::Error::external)
        })
    };
    if !table.contains_key("new")? {
        table.set("new", construct(0)?)?;
    }
    let meta = state.create_table()?;
    meta.set("__call", construct(1)?)?;
    meta.set("__name", class.name())?;
    meta.set(CLASS, state.create_userdata(LuaClass(Arc::clone(class)))?)?;
    table.set_metatable(Some(meta))?;
    Ok(table)
}

impl Inner {
    pub(super) fn class_of(&self, table: &mlua::Table) -> Option<Arc<ClassInfo>> {
        let data: mlua::AnyUserData = table.metatable()?.raw_get(CLASS).ok()?;
        data.borrow::<LuaClass>().ok().map(|class| Arc::clone(&class.0))
    }
}

impl UserData for LuaInstance {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method(MetaMethod::Index, |_, this, name: String| {
            let inner = upgrade(&this.1)?;
            let member = |kind| {
                let mut members = this.0.class().members().iter();
                members.position(|member| member.name() == name && member.kind() == kind)
            };
            if let Some(getter) = member(MemberKind::Getter) {
                let value = this.0.call(getter, &mut []).and_then(|value| inner.to_lua(&value));
                return value.map_err(mlua::Error::external);
            }
            match member(MemberKind::Method) {
                Some(method) => method_of(&inner, method, this.0.class()).map(mlua::Value::Function),
                None => Ok(mlua::Value::Nil),
            }
        });
        methods.add_meta_method(MetaMethod::NewIndex, |_, this, (name, value): (String, mlua::Value)| {
            let inner = upgrade(&this.1)?;
            let value = inner.of_lua(&value, &name, &name).map_err(mlua::Error::external)?;
            let set = this.0.call_member(&name, MemberKind::Setter, &mut [value]);
            set.map(drop).map_err(mlua::Error::external)
        });
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(this.0.class().name().to_owned()));
        methods.add_meta_method(MetaMethod::Eq, |_, this, other: mlua::AnyUserData| {
            Ok(other.borrow::<Self>().is_ok_and(|other| other.0.is(&this.0)))
        });
    }
}

/// `function(self, …)`, for instances of that class.
fn method_of(inner: &Rc<Inner>, method: usize, class: &Arc<ClassInfo>) -> mlua::Result<mlua::Function> {
    let (weak, class) = (Rc::downgrade(inner), Arc::clone(class));
    inner.state.create_function(move |_, mut arguments: MultiValue| {
        let inner = upgrade(&weak)?;
        let instance = match arguments.pop_front() {
            Some(mlua::Value::UserData(data)) => data.borrow::<LuaInstance>().ok().map(|data| data.0.clone()),
            _ => None,
        };
        let Some(instance) = instance.filter(|instance| Arc::ptr_eq(instance.class(), &class)) else {
            let name = class.members()[method].name();
            let message =
                format!("{name} needs an instance of {}: call it as instance:{name}()", class.name());
            return Err(mlua::Error::external(CallError::type_error(message)));
        };
        let result =
            inner.arguments(&arguments).and_then(|mut arguments| instance.call(method, &mut arguments));
        result.and_then(|value| inner.to_lua(&value)).map_err(mlua::Error::external)
    })
}
