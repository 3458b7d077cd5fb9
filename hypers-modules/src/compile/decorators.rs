//! Standard decorators and `accessor` fields, rewritten to what V8 knows.
//!
//! V8 has neither, and oxc only lowers legacy decorators. The work is shared with `js/decorators.js`, which knows the
//! proposal's rules; here the class is made to call it:
//!
//! ```js
//! let __dec0 = __decorators([classDecorator]);      // `let C` and an assignment where the class itself is decorated
//! class C {
//!   static { __dec0.apply(this, "C"); }             // runs first: methods exist, fields do not yet
//!   #__dec0_start = __dec0.start(this);             // what decorators of methods left for each instance
//!   [__dec0.at(0, "field", 0, "x", [decorator])] = __dec0.init(0, this, 1);
//!   #__dec0_0 = __dec0.after(0, this);
//! }
//! ```
//!
//! A decorator is evaluated with its element's key, so that order and `this` are as written; those of private elements
//! are evaluated in the first static block. New code is parsed from text, then the class's own nodes are put into its
//! holes (`__hole0`, …): they keep their positions, so stack traces and source maps stay true.
//!
//! It runs after the transformer, on plain JavaScript. Not supported: `await` and `yield` in a decorated class
//! expression outside of its methods, and `super` in a decorated private method.

use crate::compile::syntax::{find, parse_options};
use oxc_allocator::{Allocator, ArenaVec, TakeIn};
use oxc_ast::ast::{
    AccessorProperty, Class, ClassElement, Declaration, Decorator, ExportDefaultDeclarationKind, Expression,
    MethodDefinition, MethodDefinitionKind, Program, PropertyDefinition, PropertyKey, Statement, Super,
    VariableDeclarator,
};
use oxc_ast_visit::{Visit, VisitMut, walk_mut};
use oxc_diagnostics::OxcDiagnostic;
use oxc_parser::Parser;
use oxc_span::{SPAN, SourceType, Span};

/// The runtime side.
pub(crate) const HELPER: &str = include_str!("js/decorators.js");

const STATIC: u32 = 1;
const PRIVATE: u32 = 2;

/// Rewrites every class that needs it; whether there was one.
///
/// # Errors
/// What cannot be rewritten.
pub(crate) fn lower<'a>(
    program: &mut Program<'a>,
    allocator: &'a Allocator,
    source: &str,
) -> Result<bool, Vec<OxcDiagnostic>> {
    let bytes = source.as_bytes();
    if find(bytes, b"@").is_none() && find(bytes, b"accessor").is_none() {
        return Ok(false);
    }
    let mut prefix = "__dec".to_owned();
    while source.contains(&prefix) {
        prefix.insert(0, '_');
    }
    let mut lowering =
        Lowering { allocator, prefix, classes: 0, used: false, name: None, errors: Vec::new() };
    lowering.visit_program(program);
    if lowering.errors.is_empty() { Ok(lowering.used) } else { Err(lowering.errors) }
}

struct Lowering<'a> {
    allocator: &'a Allocator,
    prefix: String,
    classes: usize,
    used: bool,
    /// The name that an anonymous class takes from the variable it is assigned to.
    name: Option<String>,
    errors: Vec<OxcDiagnostic>,
}

/// The class at hand.
struct Plan<'a> {
    /// The variable that holds the class's decorators.
    state: String,
    /// Statements for the first static block.
    hidden: ArenaVec<'a, Statement<'a>>,
    /// Whether a decorated method may have left work for each instance.
    has_instance_methods: bool,
}

impl<'a> VisitMut<'a> for Lowering<'a> {
    fn visit_statements(&mut self, statements: &mut ArenaVec<'a, Statement<'a>>) {
        walk_mut::walk_statements(self, statements);
        if !statements.iter().any(|statement| class_of(statement).is_some_and(needs_lowering)) {
            return;
        }
        let old = statements.take_in(&self.allocator);
        for statement in old {
            match class_of(&statement) {
                Some(class) if needs_lowering(class) => self.class_statement(statement, statements),
                _ => statements.push(statement),
            }
        }
    }

    fn visit_variable_declarator(&mut self, declarator: &mut VariableDeclarator<'a>) {
        if let Some(Expression::ClassExpression(class)) = &declarator.init
            && class.id.is_none()
        {
            self.name = declarator.id.get_identifier_name().map(|name| name.to_string());
        }
        walk_mut::walk_variable_declarator(self, declarator);
    }

    fn visit_expression(&mut self, expression: &mut Expression<'a>) {
        let name = match expression {
            Expression::ClassExpression(_) => self.name.take(),
            _ => None,
        };
        walk_mut::walk_expression(self, expression);
        if let Expression::ClassExpression(class) = expression
            && needs_lowering(class)
        {
            *expression = self.class_expression(class.take_in(&self.allocator), name);
        }
    }
}

impl<'a> Lowering<'a> {
    fn next_state(&mut self) -> String {
        self.used = true;
        self.classes += 1;
        format!("{}{}", self.prefix, self.classes - 1)
    }

    /// A declaration, exported or not.
    fn class_statement(&mut self, mut statement: Statement<'a>, out: &mut ArenaVec<'a, Statement<'a>>) {
        let state = self.next_state();
        let Some(class) = class_of_mut(&mut statement) else { return };
        let decorators = class.decorators.take_in(&self.allocator);
        let own_name = class.id.as_ref().map(|id| id.name.to_string());
        if decorators.is_empty() {
            out.extend(self.statements(&format!("let {state} = __decorators();"), Vec::new()));
            let shown = own_name.unwrap_or_else(|| "default".to_owned());
            self.class_body(class, &state, &shown, None);
            out.push(statement);
            return;
        }
        let name = own_name.clone().unwrap_or_else(|| format!("{state}_default"));
        let shown = own_name.unwrap_or_else(|| "default".to_owned());
        self.class_body(class, &state, &shown, Some(&name));
        class.id = None;
        let class = self.as_expression(class.take_in(&self.allocator));
        let export = match &statement {
            Statement::ExportDeclaration(_) => format!("export {{ {name} }};"),
            Statement::ExportDefaultDeclaration(_) => format!("export {{ {name} as default }};"),
            _ => String::new(),
        };
        let text = format!(
            "let {state} = __decorators({}); let {name}; (__hole0); {export}",
            list(1, decorators.len())
        );
        out.extend(self.statements(&text, holes(class, decorators)));
    }

    fn class_expression(&mut self, mut class: Class<'a>, name: Option<String>) -> Expression<'a> {
        let state = self.next_state();
        let decorators = class.decorators.take_in(&self.allocator);
        let own_name = class.id.as_ref().map(|id| id.name.to_string());
        let shown = own_name.clone().or(name).unwrap_or_default();
        if decorators.is_empty() {
            self.class_body(&mut class, &state, &shown, None);
            let class = self.as_expression(class);
            return self.expression(
                &format!("(() => {{ let {state} = __decorators(); return __hole0; }})()"),
                vec![class],
            );
        }
        let name = own_name.unwrap_or_else(|| format!("{state}_class"));
        self.class_body(&mut class, &state, &shown, Some(&name));
        class.id = None;
        let class = self.as_expression(class);
        let text = format!(
            "(() => {{ let {state} = __decorators({}); let {name}; (__hole0); return {name}; }})()",
            list(1, decorators.len())
        );
        self.expression(&text, holes(class, decorators))
    }

    /// Rewrites the elements. `binding` is the variable of a class that is decorated itself.
    fn class_body(&mut self, class: &mut Class<'a>, state: &str, shown: &str, binding: Option<&str>) {
        let mut plan = Plan {
            state: state.to_owned(),
            hidden: ArenaVec::new_in(&self.allocator),
            has_instance_methods: false,
        };
        let old = class.body.body.take_in(&self.allocator);
        let mut elements = ArenaVec::new_in(&self.allocator);
        for (index, element) in old.into_iter().enumerate() {
            match element {
                ClassElement::MethodDefinition(method) if !method.decorators.is_empty() => {
                    self.method(&mut plan, index, method.unbox(), &mut elements);
                }
                ClassElement::PropertyDefinition(field) if !field.decorators.is_empty() => {
                    self.field(&mut plan, index, field.unbox(), &mut elements);
                }
                ClassElement::AccessorProperty(accessor) => {
                    self.accessor(&mut plan, index, accessor.unbox(), &mut elements);
                }
                other => elements.push(other),
            }
        }
        let name = js_string(shown);
        let assign = binding.map_or_else(String::new, |binding| format!("{binding} = "));
        let mut first =
            self.elements(&format!("static {{ {assign}{state}.apply(this, {name}); }}"), Vec::new());
        if let Some(ClassElement::StaticBlock(block)) = first.first_mut() {
            let apply = block.body.take_in(&self.allocator);
            block.body = plan.hidden;
            block.body.extend(apply);
        }
        if plan.has_instance_methods {
            first.extend(self.elements(&format!("#{state}_start = {state}.start(this);"), Vec::new()));
        }
        first.extend(elements);
        if let Some(binding) = binding {
            first.extend(self.elements(&format!("static {{ {state}.finish({binding}); }}"), Vec::new()));
        }
        class.body.body = first;
    }

    fn method(
        &mut self,
        plan: &mut Plan<'a>,
        index: usize,
        mut method: MethodDefinition<'a>,
        out: &mut ArenaVec<'a, ClassElement<'a>>,
    ) {
        let decorators = method.decorators.take_in(&self.allocator);
        let (kind, parameter) = match method.kind {
            MethodDefinitionKind::Get => ("getter", ""),
            MethodDefinitionKind::Set => ("setter", "value"),
            MethodDefinitionKind::Method | MethodDefinitionKind::Constructor => ("method", ""),
        };
        plan.has_instance_methods |= !method.r#static;
        let Some(name) = private_name(&method.key) else {
            let flags = flags(method.r#static, false);
            method.key = self.noted_key(plan, index, kind, flags, &mut method.key, decorators);
            method.computed = true;
            out.push(ClassElement::MethodDefinition(oxc_allocator::ArenaBox::new_in(
                method,
                &self.allocator,
            )));
            return;
        };
        let mut uses_super = UsesSuper(None);
        uses_super.visit_method_definition(&method);
        if let Some(span) = uses_super.0 {
            let message = "`super` in a decorated private method is not supported";
            self.errors.push(OxcDiagnostic::error(message).with_label(span));
        }
        let access = match kind {
            "setter" => format!("{{ has: o => #{name} in o, set: (o, v) => {{ o.#{name} = v; }} }}"),
            _ => format!("{{ has: o => #{name} in o, get: o => o.#{name} }}"),
        };
        let function = Expression::FunctionExpression(method.value);
        self.note_hidden(
            plan,
            index,
            kind,
            flags(method.r#static, true),
            &name,
            decorators,
            &access,
            Some(function),
        );
        let (state, is_static) = (&plan.state, static_word(method.r#static));
        let body = match kind {
            "getter" => format!("return {state}.values[{index}].call(this);"),
            "setter" => format!("{state}.values[{index}].call(this, value);"),
            _ => format!("return {state}.values[{index}];"),
        };
        let accessor = if kind == "setter" { "set" } else { "get" };
        out.extend(
            self.elements(&format!("{is_static}{accessor} #{name}({parameter}) {{ {body} }}"), Vec::new()),
        );
    }

    fn field(
        &mut self,
        plan: &mut Plan<'a>,
        index: usize,
        mut field: PropertyDefinition<'a>,
        out: &mut ArenaVec<'a, ClassElement<'a>>,
    ) {
        let decorators = field.decorators.take_in(&self.allocator);
        let is_static = field.r#static;
        match private_name(&field.key) {
            Some(name) => {
                let flags = flags(is_static, true);
                self.note_hidden(plan, index, "field", flags, &name, decorators, &field_access(&name), None);
            }
            None => {
                let flags = flags(is_static, false);
                field.key = self.noted_key(plan, index, "field", flags, &mut field.key, decorators);
                field.computed = true;
            }
        }
        field.value = Some(self.initial(plan, index, field.value));
        out.push(ClassElement::PropertyDefinition(oxc_allocator::ArenaBox::new_in(field, &self.allocator)));
        self.after(plan, index, is_static, out);
    }

    /// `accessor x = 1`: a private field with a getter and a setter, decorated or not.
    fn accessor(
        &mut self,
        plan: &mut Plan<'a>,
        index: usize,
        mut accessor: AccessorProperty<'a>,
        out: &mut ArenaVec<'a, ClassElement<'a>>,
    ) {
        let decorators = accessor.decorators.take_in(&self.allocator);
        let is_decorated = !decorators.is_empty();
        let is_static = accessor.r#static;
        let word = static_word(is_static);
        let state = plan.state.clone();
        let storage = format!("{state}_{index}_value");
        let value = match accessor.value {
            value if is_decorated => self.initial(plan, index, value),
            Some(value) => value,
            None => self.expression("undefined", Vec::new()),
        };
        let own = format!("get() {{ return this.#{storage}; }}, set(value) {{ this.#{storage} = value; }}");
        let (get, set, keys) = match private_name(&accessor.key) {
            Some(name) if is_decorated => {
                let (flags, access) = (flags(is_static, true), field_access(&name));
                let pair = self.in_class_expression(&format!("{{ {own} }}"), &storage);
                self.note_hidden(plan, index, "accessor", flags, &name, decorators, &access, Some(pair));
                let get = format!("get #{name}() {{ return {state}.values[{index}].get.call(this); }}");
                let set = format!("set #{name}(value) {{ {state}.values[{index}].set.call(this, value); }}");
                (get, set, Vec::new())
            }
            Some(name) => {
                let get = format!("get #{name}() {{ return this.#{storage}; }}");
                (get, format!("set #{name}(value) {{ this.#{storage} = value; }}"), Vec::new())
            }
            None => {
                let flags = flags(is_static, false);
                let key = if is_decorated {
                    self.noted_key(plan, index, "accessor", flags, &mut accessor.key, decorators)
                } else {
                    let (text, holes) = self.key_text(&mut accessor.key, 0);
                    PropertyKey::from(self.expression(&format!("{state}.key({index}, {text})"), holes))
                };
                let get = format!("get [__hole1]() {{ return this.#{storage}; }}");
                let set = format!("set [{state}.keys[{index}]](value) {{ this.#{storage} = value; }}");
                (get, set, vec![key.into_expression()])
            }
        };
        let mut holes = vec![value];
        holes.extend(keys);
        let text = format!("{word}{get} {word}{set} {word}#{storage} = __hole0;");
        out.extend(self.elements(&text, holes));
        if is_decorated {
            self.after(plan, index, is_static, out);
        }
    }

    /// `state.init(index, this, value)`
    fn initial(&mut self, plan: &Plan<'a>, index: usize, value: Option<Expression<'a>>) -> Expression<'a> {
        let state = &plan.state;
        match value {
            Some(value) => self.expression(&format!("{state}.init({index}, this, __hole0)"), vec![value]),
            None => self.expression(&format!("{state}.init({index}, this, undefined)"), Vec::new()),
        }
    }

    /// What a field's decorators left to be run once it exists.
    fn after(
        &mut self,
        plan: &Plan<'a>,
        index: usize,
        is_static: bool,
        out: &mut ArenaVec<'a, ClassElement<'a>>,
    ) {
        let state = &plan.state;
        let text = match is_static {
            true => format!("static {{ {state}.after({index}, this); }}"),
            false => format!("#{state}_{index} = {state}.after({index}, this);"),
        };
        out.extend(self.elements(&text, Vec::new()));
    }

    /// `[state.at(index, kind, flags, key, [decorators])]`
    fn noted_key(
        &mut self,
        plan: &Plan<'a>,
        index: usize,
        kind: &str,
        flags: u32,
        key: &mut PropertyKey<'a>,
        decorators: ArenaVec<'a, Decorator<'a>>,
    ) -> PropertyKey<'a> {
        let state = &plan.state;
        let count = decorators.len();
        let mut holes: Vec<_> = decorators.into_iter().map(|decorator| decorator.expression).collect();
        let (key, key_hole) = self.key_text(key, count);
        holes.extend(key_hole);
        let text = format!("{state}.at({index}, \"{kind}\", {flags}, {key}, {})", list(0, count));
        PropertyKey::from(self.expression(&text, holes))
    }

    /// A public key as text: a string, or a hole for an expression.
    fn key_text(&mut self, key: &mut PropertyKey<'a>, hole: usize) -> (String, Vec<Expression<'a>>) {
        match key {
            PropertyKey::StaticIdentifier(name) => (js_string(&name.name), Vec::new()),
            key => (format!("__hole{hole}"), vec![key.take_in(&self.allocator).into_expression()]),
        }
    }

    /// `state.hidden(index, kind, flags, name, [decorators], access, value)` in the first static block.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of the call that is written")]
    fn note_hidden(
        &mut self,
        plan: &mut Plan<'a>,
        index: usize,
        kind: &str,
        flags: u32,
        name: &str,
        decorators: ArenaVec<'a, Decorator<'a>>,
        access: &str,
        value: Option<Expression<'a>>,
    ) {
        let state = &plan.state;
        let count = decorators.len();
        let mut holes: Vec<_> = decorators.into_iter().map(|decorator| decorator.expression).collect();
        let value_text = if value.is_some() { format!("__hole{count}") } else { "undefined".to_owned() };
        holes.extend(value);
        let list = list(0, count);
        let text = format!(
            "{state}.hidden({index}, \"{kind}\", {flags}, \"#{name}\", {list}, {access}, {value_text});"
        );
        let mut block = self.elements(&format!("#{name}; static {{ {text} }}"), holes);
        if let Some(ClassElement::StaticBlock(block)) = block.last_mut() {
            plan.hidden.extend(block.body.take_in(&self.allocator));
        }
    }

    fn as_expression(&self, mut class: Class<'a>) -> Expression<'a> {
        class.r#type = oxc_ast::ast::ClassType::ClassExpression;
        Expression::ClassExpression(oxc_allocator::ArenaBox::new_in(class, &self.allocator))
    }

    /// An expression that may name a private field.
    fn in_class_expression(&mut self, text: &str, private: &str) -> Expression<'a> {
        let mut elements = self.elements(&format!("#{private}; x = {text};"), Vec::new());
        match elements.last_mut() {
            Some(ClassElement::PropertyDefinition(field)) => field.value.take(),
            _ => None,
        }
        .unwrap_or_else(|| self.expression("undefined", Vec::new()))
    }

    fn expression(&mut self, text: &str, holes: Vec<Expression<'a>>) -> Expression<'a> {
        match self.statements(&format!("({text});"), holes).pop() {
            Some(Statement::ExpressionStatement(statement)) => statement.unbox().expression,
            _ => unreachable!("the text of an expression parses as one"),
        }
    }

    fn elements(&mut self, text: &str, holes: Vec<Expression<'a>>) -> ArenaVec<'a, ClassElement<'a>> {
        match self.statements(&format!("class X {{ {text} }}"), holes).pop() {
            Some(Statement::ClassDeclaration(class)) => class.unbox().body.unbox().body,
            _ => unreachable!("the text of a class parses as one"),
        }
    }

    /// Parses new code and puts nodes into its holes.
    fn statements(&mut self, text: &str, holes: Vec<Expression<'a>>) -> ArenaVec<'a, Statement<'a>> {
        let text = self.allocator.alloc_str(text);
        let parsed = Parser::new(self.allocator, text, SourceType::mjs()).with_options(parse_options());
        let mut program = parsed.parse().program;
        Unplaced.visit_program(&mut program);
        Holes { nodes: holes.into_iter().map(Some).collect() }.visit_program(&mut program);
        program.body
    }
}

/// New code has no position in the source.
struct Unplaced;

impl VisitMut<'_> for Unplaced {
    fn visit_span(&mut self, span: &mut Span) {
        *span = SPAN;
    }
}

struct Holes<'a> {
    nodes: Vec<Option<Expression<'a>>>,
}

impl<'a> VisitMut<'a> for Holes<'a> {
    fn visit_expression(&mut self, expression: &mut Expression<'a>) {
        let hole = match expression {
            Expression::Identifier(name) => {
                name.name.strip_prefix("__hole").and_then(|n| n.parse::<usize>().ok())
            }
            _ => None,
        };
        match hole.and_then(|hole| self.nodes.get_mut(hole)?.take()) {
            Some(node) => *expression = node,
            None => walk_mut::walk_expression(self, expression),
        }
    }
}

/// The first `super`, outside of inner functions that have their own.
struct UsesSuper(Option<Span>);

impl<'a> Visit<'a> for UsesSuper {
    fn visit_super(&mut self, node: &Super) {
        self.0.get_or_insert(node.span);
    }

    fn visit_class(&mut self, _: &Class<'a>) {}
}

fn needs_lowering(class: &Class<'_>) -> bool {
    !class.decorators.is_empty()
        || class.body.body.iter().any(|element| match element {
            ClassElement::MethodDefinition(method) => !method.decorators.is_empty(),
            ClassElement::PropertyDefinition(field) => !field.decorators.is_empty(),
            ClassElement::AccessorProperty(_) => true,
            ClassElement::StaticBlock(_) | ClassElement::TSIndexSignature(_) => false,
        })
}

fn class_of<'b, 'a>(statement: &'b Statement<'a>) -> Option<&'b Class<'a>> {
    match statement {
        Statement::ClassDeclaration(class) => Some(class),
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::ClassDeclaration(class) => Some(class),
            _ => None,
        },
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::ClassDeclaration(class) => Some(class),
            _ => None,
        },
        _ => None,
    }
}

fn class_of_mut<'b, 'a>(statement: &'b mut Statement<'a>) -> Option<&'b mut Class<'a>> {
    match statement {
        Statement::ClassDeclaration(class) => Some(class),
        Statement::ExportDeclaration(export) => match &mut export.declaration {
            Declaration::ClassDeclaration(class) => Some(class),
            _ => None,
        },
        Statement::ExportDefaultDeclaration(export) => match &mut export.declaration {
            ExportDefaultDeclarationKind::ClassDeclaration(class) => Some(class),
            _ => None,
        },
        _ => None,
    }
}

fn private_name(key: &PropertyKey<'_>) -> Option<String> {
    match key {
        PropertyKey::PrivateIdentifier(name) => Some(name.name.to_string()),
        _ => None,
    }
}

fn field_access(name: &str) -> String {
    format!("{{ has: o => #{name} in o, get: o => o.#{name}, set: (o, v) => {{ o.#{name} = v; }} }}")
}

fn flags(is_static: bool, is_private: bool) -> u32 {
    u32::from(is_static) * STATIC + u32::from(is_private) * PRIVATE
}

fn static_word(is_static: bool) -> &'static str {
    if is_static { "static " } else { "" }
}

/// `[__hole1, __hole2]`
fn list(first: usize, count: usize) -> String {
    let holes: Vec<String> = (first..first + count).map(|hole| format!("__hole{hole}")).collect();
    format!("[{}]", holes.join(", "))
}

/// The class in the first hole, its decorators in the next ones.
fn holes<'a>(class: Expression<'a>, decorators: ArenaVec<'a, Decorator<'a>>) -> Vec<Expression<'a>> {
    std::iter::once(class).chain(decorators.into_iter().map(|decorator| decorator.expression)).collect()
}

fn js_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
