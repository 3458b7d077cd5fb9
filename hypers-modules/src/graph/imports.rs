//! What a module's text asks for, found without running it.

use std::collections::HashSet;
use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AwaitExpression, BindingPattern, CallExpression, ClassElement,
    ExportAllDeclaration, ExportFromDeclaration, Expression, FormalParameters, Function, ImportAttributeKey,
    ImportDeclaration, ImportDeclarationSpecifier, ImportExpression, ImportPhase, NewExpression,
    ObjectPropertyKind, PropertyDefinition, PropertyKey, TryStatement, VariableDeclarator, WithClause,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::ScopeFlags;
use oxc_span::{SourceType, Span};

use crate::compile::sourcemap::SourceMap;
use crate::compile::stack;
use crate::compile::syntax::{find, parse_unambiguous};
use crate::compile::transpile::{TranspileOptions, transpile};
use crate::load::{Format, Source};

/// A place in a module that names another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSite {
    /// How it asks.
    pub kind: ImportKind,
    /// As written.
    pub specifier: String,
    /// `type` of its import attributes: `json`.
    pub attribute: Option<String>,
    /// The line of the declaration or call, counted from 0.
    pub line: u32,
    /// The column of the declaration or call in UTF-16 code units, counted from 0.
    pub column: u32,
    /// The module is not evaluated while this one is: the call stands in a function, or `import()` is not awaited at
    /// the top level, or the import is deferred.
    pub lazy: bool,
    /// It stands in a `try` or is caught: the program expects that the module may be missing.
    pub optional: bool,
}

/// How a module asks for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportKind {
    /// `import … from "x"` and `import "x"`.
    Import,
    /// `export … from "x"`.
    Export,
    /// `import defer * as x from "x"` and `import.defer("x")`.
    Defer,
    /// `import source x from "x"` and `import.source("x")`.
    Source,
    /// `import("x")`.
    Dynamic,
    /// `require("x")`, also of a `createRequire`.
    Require,
    /// `require.resolve("x")`: the file is found, not run.
    Resolve,
    /// `new URL("x", import.meta.url)`: a file beside the module.
    Url,
}

impl ImportKind {
    /// The name in JSON and in pictures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
            Self::Defer => "defer",
            Self::Source => "source",
            Self::Dynamic => "dynamic",
            Self::Require => "require",
            Self::Resolve => "resolve",
            Self::Url => "url",
        }
    }

    /// Whether the module is evaluated, sooner or later, because of this.
    pub fn evaluates(self) -> bool {
        !matches!(self, Self::Source | Self::Resolve | Self::Url)
    }
}

/// The imports of a source, in its order. What has a specifier that is computed is not among them.
///
/// TypeScript and JSX are compiled first, so that imports of types are left out as the compiler leaves them out, and
/// imports that it adds are there. JavaScript without the words `import`, `export … from` and `require` is not
/// parsed. A source that does not parse imports nothing. What another source has loaded already is cheaper to ask for
/// with [`Source::imports`].
///
/// ```
/// use hypers_modules::{ImportKind, imports};
/// let sites = imports("import a from './a.js';\nconst later = () => import('./b.js');", "main.js".as_ref());
/// assert_eq!((sites[0].specifier.as_str(), sites[0].kind, sites[0].lazy), ("./a.js", ImportKind::Import, false));
/// assert_eq!((sites[1].line, sites[1].column, sites[1].lazy), (1, 20, true));
/// ```
pub fn imports(source: &str, path: &Path) -> Vec<ImportSite> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if !matches!(extension, "ts" | "tsx" | "mts" | "cts" | "jsx") {
        return of_javascript(source).unwrap_or_default();
    }
    let Ok(compiled) = transpile(source, path, &TranspileOptions::default()) else { return Vec::new() };
    let mut sites = of_javascript(&compiled.code).unwrap_or_default();
    place(&mut sites, &compiled.map);
    sites
}

impl Source {
    /// The imports of a loaded module, as [`imports`] gives them; their places are those in the file that the author
    /// wrote. What the compiler adds is at the file's beginning.
    pub fn imports(&self) -> Vec<ImportSite> {
        self.scan().unwrap_or_default()
    }

    /// As [`imports`](Self::imports).
    ///
    /// # Errors
    /// When it does not parse: what the parser says.
    pub(crate) fn scan(&self) -> Result<Vec<ImportSite>, String> {
        if !matches!(self.format, Format::Esm | Format::CommonJs) {
            return Ok(Vec::new());
        }
        let mut sites = of_javascript(self.code.text())?;
        if let Some(map) = &self.map {
            place(&mut sites, map);
        }
        Ok(sites)
    }
}

/// Moves sites in compiled code to where the author wrote them.
fn place(sites: &mut [ImportSite], map: &SourceMap) {
    for site in sites {
        let place = map.lookup(site.line, site.column);
        (site.line, site.column) = place.map_or((0, 0), |place| (place.line, place.column));
    }
}

fn of_javascript(code: &str) -> Result<Vec<ImportSite>, String> {
    let mentions = |word: &str| find(code.as_bytes(), word.as_bytes()).is_some();
    let may_import = mentions("import") || mentions("equire") || mentions("export") && mentions("from");
    if !may_import {
        return Ok(Vec::new());
    }
    stack::with_room(code, || analyse(code)).unwrap_or_else(|_| Err("it nests too deeply".to_owned()))
}

fn analyse(code: &str) -> Result<Vec<ImportSite>, String> {
    let allocator = Allocator::default();
    let parsed = parse_unambiguous(&allocator, code, SourceType::unambiguous());
    if parsed.panicked {
        let reason = parsed.diagnostics.iter().next().map(|diagnostic| diagnostic.message.to_string());
        return Err(reason.unwrap_or_else(|| "it does not parse".to_owned()));
    }
    let mut finder = Finder::default();
    if !parsed.module_record.has_module_syntax {
        finder.requires.insert("require".into());
    }
    finder.visit_program(&parsed.program);
    Ok(finder.sites(code))
}

/// A site before it is known whether the function that it calls is a `require`.
struct Candidate {
    span: Span,
    /// The name of the function that is called as `require` is.
    callee: Option<String>,
    site: ImportSite,
}

#[derive(Default)]
struct Finder {
    candidates: Vec<Candidate>,
    /// Names that hold a `require`.
    requires: HashSet<String>,
    /// Names that hold `createRequire`.
    makers: HashSet<String>,
    /// How many functions that do not run at once stand around.
    functions: u32,
    /// How many of the functions around have a `require` of their own: a bundle's.
    shadows: u32,
    /// How many `try` blocks stand around, within the function.
    tries: u32,
    /// Within an `await` at the top level.
    awaited: bool,
    /// The function that is visited next runs at once.
    runs_now: bool,
}

impl Finder {
    fn sites(self, code: &str) -> Vec<ImportSite> {
        let Self { mut candidates, requires, .. } = self;
        candidates.retain(|candidate| candidate.callee.as_ref().is_none_or(|name| requires.contains(name)));
        candidates.sort_by_key(|candidate| candidate.span.start);
        let mut places = Places { code, at: 0, line: 0, column: 0 };
        let placed = candidates.into_iter().map(|Candidate { span, site, .. }| {
            let (line, column) = places.of(span.start as usize);
            ImportSite { line, column, ..site }
        });
        placed.collect()
    }

    fn add(&mut self, kind: ImportKind, span: Span, specifier: &str) -> &mut Candidate {
        let site = ImportSite {
            kind,
            specifier: specifier.to_owned(),
            attribute: None,
            line: 0,
            column: 0,
            lazy: self.functions > 0,
            optional: self.tries > 0,
        };
        self.candidates.push(Candidate { span, callee: None, site });
        self.candidates.last_mut().expect("because it was just pushed")
    }

    /// Visits the inside of a function.
    fn function(&mut self, params: &FormalParameters<'_>, visit: impl FnOnce(&mut Self)) {
        let now = std::mem::take(&mut self.runs_now);
        let shadows = params.items.iter().any(|param| is_name(&param.pattern, "require"));
        let outside = (self.functions, self.shadows, self.tries, self.awaited);
        self.shadows += u32::from(shadows);
        if !now {
            (self.functions, self.tries, self.awaited) = (self.functions + 1, 0, false);
        }
        visit(self);
        (self.functions, self.shadows, self.tries, self.awaited) = outside;
    }

    /// `require("x")`, `require.resolve("x")`, `createRequire(import.meta.url)("x")`.
    fn require_call(&mut self, call: &CallExpression<'_>) {
        let Some(specifier) = call.arguments.first().and_then(argument).and_then(literal) else { return };
        let (kind, function) = match &call.callee {
            Expression::StaticMemberExpression(member) if member.property.name == "resolve" => {
                (ImportKind::Resolve, &member.object)
            }
            callee => (ImportKind::Require, callee),
        };
        let callee = match function {
            Expression::Identifier(name) => {
                if name.name == "require" && self.shadows > 0 {
                    return;
                }
                Some(name.name.to_string())
            }
            Expression::CallExpression(inner) if self.makes_require(&inner.callee) => None,
            _ => return,
        };
        self.add(kind, call.span, specifier).callee = callee;
    }

    /// `createRequire`, by whatever name, or `module.createRequire`.
    fn makes_require(&self, callee: &Expression<'_>) -> bool {
        match callee {
            Expression::Identifier(name) => {
                name.name == "createRequire" || self.makers.contains(name.name.as_str())
            }
            Expression::StaticMemberExpression(member) => member.property.name == "createRequire",
            _ => false,
        }
    }

    /// `import("x").catch(…)` and `.then(…, …)`.
    fn is_caught(call: &CallExpression<'_>) -> bool {
        let Expression::StaticMemberExpression(member) = &call.callee else { return false };
        match member.property.name.as_str() {
            "catch" => true,
            "then" => call.arguments.len() > 1,
            _ => false,
        }
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        if import.import_kind.is_type() {
            return;
        }
        let specifier = import.source.value.as_str();
        if matches!(specifier, "module" | "node:module") {
            for name in import.specifiers.iter().flatten() {
                if let ImportDeclarationSpecifier::ImportSpecifier(name) = name
                    && name.imported.name() == "createRequire"
                {
                    self.makers.insert(name.local.name.to_string());
                }
            }
        }
        let kind = match import.phase {
            None => ImportKind::Import,
            Some(ImportPhase::Defer) => ImportKind::Defer,
            Some(ImportPhase::Source) => ImportKind::Source,
        };
        let site = &mut self.add(kind, import.span, specifier).site;
        site.lazy = kind == ImportKind::Defer;
        site.attribute = import.with_clause.as_deref().and_then(type_attribute);
    }

    fn visit_export_from_declaration(&mut self, export: &ExportFromDeclaration<'a>) {
        if !export.export_kind.is_type() {
            let candidate = self.add(ImportKind::Export, export.span, &export.source.value);
            candidate.site.attribute = export.with_clause.as_deref().and_then(type_attribute);
        }
    }

    fn visit_export_all_declaration(&mut self, export: &ExportAllDeclaration<'a>) {
        if !export.export_kind.is_type() {
            let candidate = self.add(ImportKind::Export, export.span, &export.source.value);
            candidate.site.attribute = export.with_clause.as_deref().and_then(type_attribute);
        }
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        if let Some(specifier) = literal(&import.source) {
            let kind = match import.phase {
                None => ImportKind::Dynamic,
                Some(ImportPhase::Defer) => ImportKind::Defer,
                Some(ImportPhase::Source) => ImportKind::Source,
            };
            let eager = self.awaited && self.functions == 0 && kind != ImportKind::Defer;
            let site = &mut self.add(kind, import.span, specifier).site;
            site.lazy = !eager;
            site.attribute = import.options.as_ref().and_then(type_option);
        }
        walk::walk_import_expression(self, import);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        self.require_call(call);
        let caught = u32::from(Self::is_caught(call));
        let function = match &call.callee {
            // `(function () {…}).call(this)`
            Expression::StaticMemberExpression(member) if is_function(&member.object) => &member.object,
            callee => callee,
        };
        if is_function(function) {
            self.runs_now = true;
            self.visit_expression(function);
            // What a wrapper is given, it calls: `(function (factory) {…})(function () {…})`.
            for argument in &call.arguments {
                self.runs_now = argument.as_expression().is_some_and(is_function);
                self.visit_argument(argument);
            }
            self.runs_now = false;
            return;
        }
        self.tries += caught;
        self.visit_expression(&call.callee);
        self.tries -= caught;
        for argument in &call.arguments {
            self.visit_argument(argument);
        }
    }

    fn visit_new_expression(&mut self, new: &NewExpression<'a>) {
        if let Expression::Identifier(name) = &new.callee
            && name.name == "URL"
            && let [first, second] = new.arguments.as_slice()
            && let Some(specifier) = argument(first).and_then(literal)
            && argument(second).is_some_and(is_own_url)
        {
            self.add(ImportKind::Url, new.span, specifier);
        }
        walk::walk_new_expression(self, new);
    }

    fn visit_variable_declarator(&mut self, variable: &VariableDeclarator<'a>) {
        if let Some(Expression::CallExpression(call)) = &variable.init
            && let BindingPattern::BindingIdentifier(name) = &variable.id
            && self.makes_require(&call.callee)
        {
            self.requires.insert(name.name.to_string());
        }
        walk::walk_variable_declarator(self, variable);
    }

    fn visit_await_expression(&mut self, expression: &AwaitExpression<'a>) {
        let outside = std::mem::replace(&mut self.awaited, true);
        walk::walk_await_expression(self, expression);
        self.awaited = outside;
    }

    fn visit_try_statement(&mut self, statement: &TryStatement<'a>) {
        let caught = u32::from(statement.handler.is_some());
        self.tries += caught;
        self.visit_block_statement(&statement.block);
        self.tries -= caught;
        if let Some(handler) = &statement.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &statement.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        // A generator that is called has not begun to run.
        self.runs_now &= !function.generator;
        self.function(&function.params, |finder| walk::walk_function(finder, function, flags));
    }

    fn visit_arrow_function_expression(&mut self, function: &ArrowFunctionExpression<'a>) {
        self.function(&function.params, |finder| walk::walk_arrow_function_expression(finder, function));
    }

    fn visit_class_element(&mut self, element: &ClassElement<'a>) {
        self.runs_now = false;
        walk::walk_class_element(self, element);
    }

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        let later = u32::from(!property.r#static);
        self.functions += later;
        walk::walk_property_definition(self, property);
        self.functions -= later;
    }
}

fn is_function(expression: &Expression<'_>) -> bool {
    matches!(expression, Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_))
}

fn is_name(pattern: &BindingPattern<'_>, name: &str) -> bool {
    matches!(pattern, BindingPattern::BindingIdentifier(identifier) if identifier.name == name)
}

/// `import.meta.url`.
fn is_own_url(expression: &Expression<'_>) -> bool {
    matches!(expression, Expression::StaticMemberExpression(member)
        if member.property.name == "url" && matches!(member.object, Expression::ImportMeta(_)))
}

fn argument<'a, 'b>(argument: &'b Argument<'a>) -> Option<&'b Expression<'a>> {
    argument.as_expression()
}

/// The text of a string, or of a template without holes.
fn literal<'b>(expression: &'b Expression<'_>) -> Option<&'b str> {
    match expression {
        Expression::StringLiteral(string) => Some(string.value.as_str()),
        Expression::TemplateLiteral(template) => {
            let [quasi] = template.quasis.as_slice() else { return None };
            quasi.value.cooked.as_ref().map(|text| text.as_str())
        }
        _ => None,
    }
}

/// `with { type: "json" }`.
fn type_attribute(with: &WithClause<'_>) -> Option<String> {
    let is_type = |key: &ImportAttributeKey<'_>| match key {
        ImportAttributeKey::Identifier(name) => name.name == "type",
        ImportAttributeKey::StringLiteral(name) => name.value == "type",
    };
    let entry = with.with_entries.iter().find(|entry| is_type(&entry.key))?;
    Some(entry.value.value.to_string())
}

/// `{ with: { type: "json" } }`.
fn type_option(options: &Expression<'_>) -> Option<String> {
    property(property(options, "with")?, "type").and_then(literal).map(str::to_owned)
}

fn property<'a, 'b>(object: &'b Expression<'a>, name: &str) -> Option<&'b Expression<'a>> {
    let Expression::ObjectExpression(object) = object else { return None };
    object.properties.iter().find_map(|property| {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
        let is_named = match &property.key {
            PropertyKey::StaticIdentifier(key) => key.name == name,
            PropertyKey::StringLiteral(key) => key.value == name,
            _ => false,
        };
        is_named.then_some(&property.value)
    })
}

/// Turns ascending offsets into lines and columns in one pass.
struct Places<'a> {
    code: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl Places<'_> {
    fn of(&mut self, offset: usize) -> (u32, u32) {
        let passed = &self.code[self.at..offset];
        let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u32;
        let last = match passed.rfind('\n') {
            Some(at) => {
                self.column = 0;
                &passed[at + 1..]
            }
            None => passed,
        };
        self.line += lines;
        self.column += last.encode_utf16().count() as u32;
        self.at = offset;
        (self.line, self.column)
    }
}
