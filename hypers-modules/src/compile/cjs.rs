//! The names that a CommonJS module exports, found without running it.
//!
//! `import { name } from "./module.cjs"` needs the names before the module runs. The patterns are those that
//! [cjs-module-lexer](https://github.com/nodejs/cjs-module-lexer) documents, found in the syntax tree wherever they
//! stand, so that wrappers (UMD, IIFE) are seen through.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, CallExpression, Expression, Function, ObjectExpression,
    ObjectPropertyKind, PropertyKey, PropertyKind, Statement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;
use std::collections::HashMap;

use crate::compile::stack;
use crate::compile::syntax::{find, parse_options};

/// What a CommonJS module exports as far as its text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CjsExports {
    /// The names, in the order of their first appearance, without duplicates. `default` is among them only when
    /// the module assigns it.
    pub names: Vec<String>,
    /// Specifiers of modules whose exports are exported too.
    pub reexports: Vec<String>,
}

/// Analyses a CommonJS source. A source that does not parse exports nothing.
///
/// ```
/// let exports = hypers_modules::cjs_exports("exports.a = 1; module.exports.b = 2;");
/// assert_eq!(exports.names, ["a", "b"]);
/// ```
pub fn cjs_exports(code: &str) -> CjsExports {
    if !mentions_exports(code) {
        return CjsExports::default();
    }
    stack::with_room(code, || analyse(code)).unwrap_or_default()
}

/// Whether a source may export anything: found without parsing it.
pub(crate) fn mentions_exports(code: &str) -> bool {
    let bytes = code.as_bytes();
    find(bytes, b"exports").is_some() || find(bytes, b"__export").is_some()
}

fn analyse(code: &str) -> CjsExports {
    let allocator = Allocator::default();
    let source_type = SourceType::cjs();
    let parsed = Parser::new(&allocator, code, source_type).with_options(parse_options()).parse();
    let mut finder = Finder::default();
    finder.visit_program(&parsed.program);
    finder.found
}

#[derive(Default)]
struct Finder {
    found: CjsExports,
    /// `var _x = require("x")`: the variables that hold a module.
    required: HashMap<String, String>,
}

impl Finder {
    fn name(&mut self, name: &str) {
        if !self.found.names.iter().any(|known| known == name) {
            self.found.names.push(name.to_owned());
        }
    }

    fn reexport(&mut self, specifier: &str) {
        if !self.found.reexports.iter().any(|known| known == specifier) {
            self.found.reexports.push(specifier.to_owned());
        }
    }

    /// The specifier behind `require("x")`, a wrapper's call around it, or a variable that holds it.
    fn module_behind(&self, expression: &Expression<'_>) -> Option<String> {
        match expression {
            Expression::Identifier(name) => self.required.get(name.name.as_str()).cloned(),
            Expression::CallExpression(call) => match &call.callee {
                Expression::Identifier(callee) if callee.name == "require" => match call.arguments.first() {
                    Some(Argument::StringLiteral(specifier)) => Some(specifier.value.to_string()),
                    _ => None,
                },
                // `__toESM(require("x"))`, `_interopRequireWildcard(require("x"))`, `tslib.__importStar(require("x"))`
                Expression::Identifier(callee) if is_interop(callee.name.as_str()) => {
                    self.argument_module(call)
                }
                Expression::StaticMemberExpression(member) if is_interop(member.property.name.as_str()) => {
                    self.argument_module(call)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn argument_module(&self, call: &CallExpression<'_>) -> Option<String> {
        self.module_behind(call.arguments.first()?.as_expression()?)
    }

    /// `module.exports = { a, b: 1, "c": 2, get d() {}, ...require("x") }`
    fn object(&mut self, object: &ObjectExpression<'_>) {
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) if !property.computed => {
                    if let Some(name) = key_name(&property.key) {
                        self.name(name);
                    }
                }
                ObjectPropertyKind::ObjectProperty(_) => {}
                ObjectPropertyKind::SpreadProperty(spread) => {
                    if let Some(module) = self.module_behind(&spread.argument) {
                        self.reexport(&module);
                    }
                }
            }
        }
    }

    /// The right side of `module.exports = …`.
    fn whole(&mut self, value: &Expression<'_>) {
        match value {
            Expression::ObjectExpression(object) => self.object(object),
            // `exports = module.exports = …` and `module.exports = exports = …`
            Expression::AssignmentExpression(inner) => self.whole(&inner.right),
            // esbuild: `module.exports = __toCommonJS(index_exports)`, whose names `__export` gives.
            _ => {
                if let Some(module) = self.module_behind(value) {
                    self.reexport(&module);
                }
            }
        }
    }

    /// `Object.defineProperty(exports, "name", descriptor)`; a getter of unknown effect is not read, as in Node.
    fn define_property(&mut self, call: &CallExpression<'_>) {
        let [target, Argument::StringLiteral(name), Argument::ObjectExpression(descriptor), ..] =
            &call.arguments[..]
        else {
            return;
        };
        if target.as_expression().is_some_and(is_exports) && is_plain_descriptor(descriptor) {
            self.name(&name.value);
        }
    }

    /// `__export(target, { a: () => a })` of esbuild names exports; `__export(require("x"))` and
    /// `__exportStar(require("x"), exports)` of TypeScript pass a module on.
    fn export_helper(&mut self, call: &CallExpression<'_>) {
        if let Some(module) = self.argument_module(call) {
            return self.reexport(&module);
        }
        if let [_, Argument::ObjectExpression(getters)] = &call.arguments[..] {
            self.object(getters);
        }
    }

    /// Babel and SWC: `Object.keys(_x).forEach(function (key) { … exports[key] = _x[key] … })`.
    fn keys_for_each(&mut self, call: &CallExpression<'_>) {
        let Expression::StaticMemberExpression(member) = &call.callee else { return };
        let Expression::CallExpression(keys) = &member.object else { return };
        if member.property.name != "forEach" || !is_member_of(&keys.callee, "Object", "keys") {
            return;
        }
        let Some(module) = self.argument_module(keys) else { return };
        let mut writes = WritesExports(false);
        if let Some(argument) = call.arguments.first() {
            writes.visit_argument(argument);
        }
        if writes.0 {
            self.reexport(&module);
        }
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_variable_declarator(&mut self, declarator: &oxc_ast::ast::VariableDeclarator<'a>) {
        if let Some(init) = &declarator.init
            && let Some(name) = declarator.id.get_identifier_name()
            && let Some(module) = self.module_behind(init)
        {
            self.required.insert(name.to_string(), module);
        }
        walk::walk_variable_declarator(self, declarator);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        match &assignment.left {
            AssignmentTarget::StaticMemberExpression(member) if is_exports(&member.object) => {
                self.name(&member.property.name);
            }
            AssignmentTarget::ComputedMemberExpression(member) if is_exports(&member.object) => {
                if let Expression::StringLiteral(name) = &member.expression {
                    self.name(&name.value);
                }
            }
            AssignmentTarget::StaticMemberExpression(member)
                if is_module(&member.object, &member.property.name) =>
            {
                self.whole(&assignment.right);
            }
            _ => {}
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        match &call.callee {
            callee if is_member_of(callee, "Object", "defineProperty") => self.define_property(call),
            callee if is_member_of(callee, "Object", "assign") => {
                let target = call.arguments.first().and_then(Argument::as_expression);
                if target.is_some_and(is_exports) {
                    for source in call.arguments.iter().skip(1).filter_map(Argument::as_expression) {
                        match source {
                            Expression::ObjectExpression(object) => self.object(object),
                            other => {
                                if let Some(module) = self.module_behind(other) {
                                    self.reexport(&module);
                                }
                            }
                        }
                    }
                }
            }
            Expression::Identifier(callee) if is_export_helper(&callee.name) => self.export_helper(call),
            Expression::StaticMemberExpression(member) if is_export_helper(&member.property.name) => {
                self.export_helper(call);
            }
            _ => self.keys_for_each(call),
        }
        walk::walk_call_expression(self, call);
    }
}

/// Whether a function writes `exports[key]` or defines a property on `exports`.
struct WritesExports(bool);

impl<'a> Visit<'a> for WritesExports {
    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        if let AssignmentTarget::ComputedMemberExpression(member) = &assignment.left {
            self.0 |= is_exports(&member.object);
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let target = call.arguments.first().and_then(Argument::as_expression);
        self.0 |= is_member_of(&call.callee, "Object", "defineProperty") && target.is_some_and(is_exports);
        walk::walk_call_expression(self, call);
    }
}

/// `exports` or `module.exports`.
fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::Identifier(name) => name.name == "exports",
        Expression::StaticMemberExpression(member) => is_module(&member.object, &member.property.name),
        _ => false,
    }
}

fn is_module(object: &Expression<'_>, property: &str) -> bool {
    property == "exports" && matches!(object, Expression::Identifier(name) if name.name == "module")
}

fn is_member_of(callee: &Expression<'_>, object: &str, property: &str) -> bool {
    matches!(callee, Expression::StaticMemberExpression(member)
        if member.property.name == property
            && matches!(&member.object, Expression::Identifier(name) if name.name == object))
}

fn is_interop(name: &str) -> bool {
    name.trim_start_matches('_').to_ascii_lowercase().starts_with("interop")
        || matches!(name, "__importStar" | "__importDefault" | "__toESM")
}

fn is_export_helper(name: &str) -> bool {
    matches!(name, "__export" | "__exportStar" | "__reExport" | "_export" | "_export_star" | "_exportStar")
}

fn key_name<'a>(key: &'a PropertyKey<'a>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(name) => Some(name.name.as_str()),
        PropertyKey::StringLiteral(name) => Some(name.value.as_str()),
        _ => None,
    }
}

/// A value, or a getter that only returns a name or a member: what TypeScript, Babel and esbuild write.
fn is_plain_descriptor(descriptor: &ObjectExpression<'_>) -> bool {
    descriptor.properties.iter().any(|property| {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return false };
        match key_name(&property.key) {
            Some("value") => true,
            Some("get") => match &property.value {
                Expression::FunctionExpression(function) => returns_plainly(function),
                Expression::ArrowFunctionExpression(arrow) => arrow.get_expression().is_some(),
                Expression::Identifier(_) => true,
                _ => false,
            },
            _ => property.kind == PropertyKind::Get,
        }
    })
}

fn returns_plainly(function: &Function<'_>) -> bool {
    let Some(body) = &function.body else { return false };
    match &body.statements[..] {
        [Statement::ReturnStatement(result)] => matches!(
            result.argument,
            Some(
                Expression::Identifier(_)
                    | Expression::StaticMemberExpression(_)
                    | Expression::ComputedMemberExpression(_)
            )
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_by_pattern() {
        let rows: &[(&str, &[&str], &[&str])] = &[
            ("", &[], &[]),
            ("exports.a = 1; exports['b c'] = 2; exports.a = 3", &["a", "b c"], &[]),
            ("module.exports.a = exports.b = void 0", &["a", "b"], &[]),
            ("exports[x] = 1", &[], &[]),
            (
                "module.exports = { a, b: 1, 'c': 2, d() {}, get e() { return 1 }, [f]: 3 }",
                &["a", "b", "c", "d", "e"],
                &[],
            ),
            ("module.exports = { a, ...require('./b') }", &["a"], &["./b"]),
            ("module.exports = require('./dep')", &[], &["./dep"]),
            ("exports = module.exports = { a }", &["a"], &[]),
            ("module.exports = exports = f; exports.x = 1", &["x"], &[]),
            (
                "if (process.env.X) module.exports = require('./p'); else module.exports = require('./d')",
                &[],
                &["./p", "./d"],
            ),
            ("Object.defineProperty(exports, '__esModule', { value: true })", &["__esModule"], &[]),
            (
                "Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return m.a } })",
                &["a"],
                &[],
            ),
            ("Object.defineProperty(exports, 'a', { get: () => m.a })", &["a"], &[]),
            ("Object.defineProperty(module.exports, 'a', { get() { return m.a } })", &["a"], &[]),
            ("Object.defineProperty(exports, 'a', { get: function () { return f() } })", &[], &[]),
            ("Object.defineProperty(other, 'a', { value: 1 })", &[], &[]),
            (
                "__exportStar(require('./a'), exports); tslib_1.__exportStar(require('./b'), exports)",
                &[],
                &["./a", "./b"],
            ),
            ("__export(require('./a'))", &[], &["./a"]),
            (
                "var x_exports = {}; __export(x_exports, { a: () => a, default: () => d }); module.exports = __toCommonJS(x_exports)",
                &["a", "default"],
                &[],
            ),
            ("0 && (module.exports = { a, b, ...require('./c') })", &["a", "b"], &["./c"]),
            ("__reExport(i, require('./x'), module.exports)", &[], &[]),
            (
                "var _a = require('./a'); Object.keys(_a).forEach(function (key) { if (key === 'default') return; exports[key] = _a[key]; })",
                &[],
                &["./a"],
            ),
            (
                "var _a = _interopRequireWildcard(require('./a')); Object.keys(_a).forEach(function (k) { Object.defineProperty(exports, k, { get: function () { return _a[k] } }) })",
                &[],
                &["./a"],
            ),
            ("Object.keys(_a).forEach(function (k) { exports[k] = _a[k] })", &[], &[]),
            ("(function (f) { f(exports) })(function (exports) { exports.umd = 1 })", &["umd"], &[]),
            ("Object.assign(exports, { a: 1 }, require('./b'))", &["a"], &["./b"]),
            ("exports.a = 1; return;", &["a"], &[]),
            ("#!/usr/bin/env node\nexports.a = 1", &["a"], &[]),
            ("exports.a = ;", &[], &[]),
            ("// exports.a = 1\n'exports.b = 2'", &[], &[]),
        ];
        for (code, names, reexports) in rows {
            let found = cjs_exports(code);
            assert_eq!(found.names, *names, "{code}");
            assert_eq!(found.reexports, *reexports, "{code}");
        }
    }
}
