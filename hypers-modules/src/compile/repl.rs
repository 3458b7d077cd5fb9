//! What is typed into a prompt, made ready for an engine that evaluates scripts.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ImportAttributeKey, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName, Program, Statement,
    WithClause,
};
use oxc_parser::{Parser, ParserReturn};
use oxc_span::{GetSpan as _, SourceType};

use crate::compile::sourcemap::SourceMap;
use crate::compile::stack;
use crate::compile::syntax::{mentions_modules, parse_options, parse_unambiguous};
use crate::compile::transpile::{CompilerOptions, TranspileOptions, transpile};
use crate::error::TranspileError;

/// What [`repl_rewrite`] makes.
#[derive(Debug)]
pub struct ReplInput {
    /// JavaScript: a script, with `await` at its top level where the input had it.
    pub code: String,
    /// From `code` to the input.
    pub map: SourceMap,
}

/// Compiles TypeScript that was typed into a prompt to a script: types are removed, an `import` declaration becomes an
/// awaited `import()` whose names are declared, and an object literal is an object, not a block.
///
/// The script is for an engine's REPL mode: it may hold `await` outside of functions, and declares again what an
/// earlier one declared.
///
/// # Errors
/// When the input does not parse.
///
/// ```
/// use hypers_modules::repl_rewrite;
/// let code = |input| repl_rewrite(input, "repl").map(|done| done.code.trim_end().to_owned());
/// assert_eq!(code("let a: number = 1")?, "let a = 1;");
/// assert_eq!(code("{ a: 1 }")?, "({ a: 1 });");
/// assert_eq!(code("import b, { c as d } from 'e'")?, "const { default: b, c: d } = await import(\"e\");");
/// # Ok::<(), hypers_modules::TranspileError>(())
/// ```
pub fn repl_rewrite(input: &str, name: &str) -> Result<ReplInput, TranspileError> {
    let object = is_object_literal(input).then(|| format!("({input}\n)"));
    let options = TranspileOptions {
        // A name that nothing uses yet may be used by the next input.
        compiler: CompilerOptions { verbatim_module_syntax: true, ..CompilerOptions::default() },
        syntax: None,
        keep_source: true,
    };
    let compiled = transpile(object.as_deref().unwrap_or(input), Path::new(name), &options)?;
    let code =
        if mentions_modules(&compiled.code) { without_declarations(compiled.code) } else { compiled.code };
    Ok(ReplInput { code, map: compiled.map })
}

/// Whether more input is needed before this can be evaluated: it does not parse, and what is missing is at its end.
///
/// ```
/// use hypers_modules::repl_is_incomplete;
/// assert!(repl_is_incomplete("function f() {"));
/// assert!(!repl_is_incomplete("function f() }"));
/// ```
#[must_use]
pub fn repl_is_incomplete(input: &str) -> bool {
    let end = input.trim_end().len();
    let at_end = || {
        let allocator = Allocator::default();
        let parsed = parse_input(&allocator, input);
        parsed.diagnostics.errors().next().is_some_and(|error| {
            let starts = error.labels.iter().map(|label| label.offset() as usize).max();
            starts.is_some_and(|start| start >= end || is_unterminated(input, start))
        })
    };
    stack::with_room(input, at_end).unwrap_or(false)
}

/// Whether what begins at a faulty place is a template or comment, whose end may come lines later.
fn is_unterminated(input: &str, start: usize) -> bool {
    let rest = input.get(start..).unwrap_or_default();
    if let Some(comment) = rest.strip_prefix("/*") {
        return !comment.contains("*/");
    }
    // `}` goes on with a template after a `${}`; its error reaches to the end.
    rest.starts_with('`') && !ends_template(&rest[1..])
        || rest.starts_with('}') && !ends_template(&rest[1..]) && input[..start].contains('`')
}

fn ends_template(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let ends = c == '`' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

fn parse_input<'a>(allocator: &'a Allocator, input: &'a str) -> ParserReturn<'a> {
    parse_unambiguous(allocator, input, SourceType::ts())
}

/// `{ a: 1 }` is a block with a label to the language, and an object to everyone who types it.
fn is_object_literal(input: &str) -> bool {
    let trimmed = input.trim();
    if !trimmed.starts_with('{') || !trimmed.ends_with('}') {
        return false;
    }
    let parses = || {
        let allocator = Allocator::default();
        let wrapped = format!("({input}\n)");
        let parsed = parse_input(&allocator, &wrapped);
        !parsed.panicked
            && !parsed.diagnostics.has_errors()
            && parsed.program.body.len() == 1
            && parsed
                .program
                .body
                .iter()
                .all(|statement| matches!(statement, Statement::ExpressionStatement(_)))
    };
    stack::with_room(input, parses).unwrap_or(false)
}

/// Replaces `import` declarations and takes `export` away from what it stands before.
fn without_declarations(code: String) -> String {
    let edits = stack::with_room(&code, || {
        let allocator = Allocator::default();
        let parser = Parser::new(&allocator, &code, SourceType::mjs()).with_options(parse_options());
        edits(&parser.parse().program)
    });
    let mut rewritten = code;
    for (start, end, text) in edits.unwrap_or_default().into_iter().rev() {
        rewritten.replace_range(start..end, &text);
    }
    rewritten
}

/// Byte ranges and what takes their place, in the order of the code.
fn edits(program: &Program<'_>) -> Vec<(usize, usize, String)> {
    let edit = |statement: &Statement<'_>| {
        let span = statement.span();
        let (start, end) = (span.start as usize, span.end as usize);
        match statement {
            Statement::ImportDeclaration(import) if import.phase.is_none() => {
                Some((start, end, dynamic(import)))
            }
            Statement::ExportDeclaration(export) => {
                Some((start, export.declaration.span().start as usize, String::new()))
            }
            // The names are declared already.
            Statement::ExportNamedDeclaration(_) => Some((start, end, String::new())),
            _ => None,
        }
    };
    program.body.iter().filter_map(edit).collect()
}

/// `import d, { a as b } from "x"` as `const { default: d, a: b } = await import("x");`.
fn dynamic(import: &ImportDeclaration<'_>) -> String {
    let attributes = import.with_clause.as_ref().map_or_else(String::new, |clause| attributes(clause));
    let call = format!("await import({}{attributes})", quoted(&import.source.value));
    let Some(specifiers) = &import.specifiers else { return format!("{call};") };
    let mut names = Vec::new();
    let mut namespace = None;
    for specifier in specifiers {
        match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(named) => {
                let imported = match &named.imported {
                    ModuleExportName::StringLiteral(text) => quoted(&text.value),
                    name => name.name().to_string(),
                };
                names.push(format!("{imported}: {}", named.local.name));
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                names.push(format!("default: {}", default.local.name));
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => namespace = Some(all.local.name),
        }
    }
    let names = names.join(", ");
    match namespace {
        Some(all) if names.is_empty() => format!("const {all} = {call};"),
        Some(all) => format!("const {all} = {call}, {{ {names} }} = {all};"),
        None => format!("const {{ {names} }} = {call};"),
    }
}

fn attributes(clause: &WithClause<'_>) -> String {
    let entries = clause.with_entries.iter().map(|entry| {
        let key = match &entry.key {
            ImportAttributeKey::Identifier(name) => quoted(&name.name),
            ImportAttributeKey::StringLiteral(text) => quoted(&text.value),
        };
        format!("{key}: {}", quoted(&entry.value.value))
    });
    format!(", {{ with: {{ {} }} }}", entries.collect::<Vec<_>>().join(", "))
}

/// As a string literal.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let code = match repl_rewrite(input, "REPL1") {
            Ok(done) => done.code,
            Err(error) => panic!("{input}: {}", error.render(false)),
        };
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{input}");
    }

    #[test]
    fn types_go_and_values_stay() {
        check("1 + 1", "1 + 1;");
        check("const a: number = await f<string>()", "const a = await f();");
        check(
            "enum E { A }",
            "var E = /* @__PURE__ */ function(E) { E[E[\"A\"] = 0] = \"A\"; return E; }(E || {});",
        );
        check("interface A { b: number }", "");
        check("type A = number; 1 as A", "1;");
    }

    #[test]
    fn braces_are_an_object_where_they_can_be() {
        check("{ a: 1 }", "({ a: 1 });");
        check("{}", "({});");
        check("{ a, ...b }", "({ a, ...b });");
    }

    #[test]
    fn braces_are_a_block_where_they_must_be() {
        check("{ let a = 1; a }", "{ let a = 1; a; }");
        check("{ a: 1 };", "{ a: 1; } ;");
    }

    #[test]
    fn imports_are_awaited() {
        check("import 'a'", "await import(\"a\");");
        check("import * as a from 'a'", "const a = await import(\"a\");");
        check("import a from 'a'", "const { default: a } = await import(\"a\");");
        check("import a, * as b from 'a'", "const b = await import(\"a\"), { default: a } = b;");
        check(
            "import { a, b as c, default as d } from 'a'; a",
            "const { a: a, b: c, default: d } = await import(\"a\"); a;",
        );
        check("import { 'a-b' as c } from 'a'", "const { \"a-b\": c } = await import(\"a\");");
        check(
            "import a from './a.json' with { type: 'json' }",
            "const { default: a } = await import(\"./a.json\", { with: { \"type\": \"json\" } });",
        );
        check("import type { A } from 'a'", "");
        check("import { type A, b } from 'a'", "const { b: b } = await import(\"a\");");
        check("import fs = require('fs')", "const fs = require(\"fs\");");
    }

    #[test]
    fn exports_are_declarations() {
        check("export const a = 1", "const a = 1;");
        check("export function f() {} f()", "function f() {} f();");
        check("export {}", "");
    }

    #[test]
    fn what_misses_its_end_is_incomplete() {
        for input in [
            "function f() {",
            "f(",
            "[1,",
            "({ a:",
            "`",
            "`a",
            "`a ${",
            "`a ${1} b",
            "`a ${b}",
            "f(`${1}\n",
            "/* a",
            "if (a)",
            "a +",
            "a =>",
            "class A {",
            "a ?",
            "a ? b :",
            "for (;;",
            "const a =",
            "import { a",
            "import a from",
            "const a: Map<string,",
            "let x: {",
            "try {}",
            "\n(\n",
            "a.",
            "switch (a) {",
            "async () => {\n  await b;",
        ] {
            assert!(repl_is_incomplete(input), "{input}");
        }
    }

    #[test]
    fn what_is_whole_or_wrong_is_not_incomplete() {
        for input in [
            "",
            "1",
            "a",
            "f()",
            "{}",
            "{ a: 1 }",
            "`a`",
            "/* a */",
            "'a",
            "}",
            ")",
            "a b",
            "f(}",
            "let 1",
            "const a",
            "if (a) b",
            "/a/",
            "/a",
            "class A {}",
            "let let = 1",
            "async () => {\n  await b;\n}",
            "for await (const a of b) {}",
        ] {
            assert!(!repl_is_incomplete(input), "{input}");
        }
    }

    #[test]
    fn places_lead_to_the_input() {
        let done = repl_rewrite("let a: string;\n\nthrow a", "REPL1").expect("valid");
        let line = done.code.lines().position(|line| line.starts_with("throw")).expect("kept");
        assert_eq!(done.map.lookup(line as u32, 0).map(|found| (found.line, found.column)), Some((2, 0)));
    }
}
