//! Which module system a source is written for.

use memchr::memmem;
use oxc_allocator::Allocator;
use oxc_ast::ast::{ArrowFunctionExpression, Function, VariableDeclaration};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::ScopeFlags;
use oxc_span::SourceType;

use crate::compile::stack;

/// The module system that a source's own syntax asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleSyntax {
    /// It has `import` or `export` declarations, `import.meta`, or an `await` at the top level.
    Esm,
    /// It has none of them.
    CommonJs,
}

/// Decides as [Node's syntax detection](https://nodejs.org/api/packages.html#syntax-detection) does.
///
/// A source without the words `import`, `export` and `await` is not parsed, nor is one whose first statement is an
/// import declaration. A source that does not parse counts as CommonJS, unless module syntax came before the error.
///
/// ```
/// use hypers_modules::{ModuleSyntax, module_syntax};
/// assert_eq!(module_syntax("export const a = 1"), ModuleSyntax::Esm);
/// assert_eq!(module_syntax("exports.a = import('b')"), ModuleSyntax::CommonJs);
/// ```
pub fn module_syntax(code: &str) -> ModuleSyntax {
    syntax_at_a_glance(code).unwrap_or_else(|| parsed_syntax(code))
}

/// The answer where it takes no parser.
pub(crate) fn syntax_at_a_glance(code: &str) -> Option<ModuleSyntax> {
    if !mentions_modules(code) {
        return Some(ModuleSyntax::CommonJs);
    }
    starts_with_declaration(code).then_some(ModuleSyntax::Esm)
}

/// The answer of the parser.
pub(crate) fn parsed_syntax(code: &str) -> ModuleSyntax {
    stack::with_room(code, || parse(code)).unwrap_or(ModuleSyntax::CommonJs)
}

fn parse(code: &str) -> ModuleSyntax {
    let allocator = Allocator::default();
    let parsed = parse_unambiguous(&allocator, code, SourceType::unambiguous());
    if parsed.module_record.has_module_syntax { ModuleSyntax::Esm } else { ModuleSyntax::CommonJs }
}

/// Parses a source of either module system. What only fails because of an `await` at the top level
/// (`for await`, `await using`) is a module: its record says so.
pub(crate) fn parse_unambiguous<'a>(
    allocator: &'a Allocator,
    code: &'a str,
    kind: SourceType,
) -> ParserReturn<'a> {
    let parse = |kind| Parser::new(allocator, code, kind).with_options(parse_options()).parse();
    let mut parsed = parse(kind.with_unambiguous(true));
    if parsed.module_record.has_module_syntax || !mentions(code.as_bytes(), b"await") {
        return parsed;
    }
    if parsed.diagnostics.has_errors() {
        let mut module = parse(kind.with_module(true));
        if !module.diagnostics.has_errors() {
            module.module_record.has_module_syntax = true;
            return module;
        }
    }
    let mut top_level = AwaitUsing(false);
    top_level.visit_program(&parsed.program);
    parsed.module_record.has_module_syntax = top_level.0;
    parsed
}

/// Whether there is an `await using` outside of functions.
struct AwaitUsing(bool);

impl<'a> Visit<'a> for AwaitUsing {
    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        self.0 |= declaration.kind.is_await();
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}
}

/// What a CommonJS wrapper allows beyond a script.
pub(crate) fn parse_options() -> ParseOptions {
    ParseOptions { allow_return_outside_function: true, preserve_parens: false, ..ParseOptions::default() }
}

/// Whether any of the words occurs as a word of its own.
pub(crate) fn mentions_modules(code: &str) -> bool {
    ["import", "export", "await"].into_iter().any(|word| mentions(code.as_bytes(), word.as_bytes()))
}

fn mentions(code: &[u8], word: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(&code[from..], word).map(|at| at + from) {
        let before = at.checked_sub(1).map(|at| code[at]);
        let after = code.get(at + word.len()).copied();
        if !before.is_some_and(is_word) && !after.is_some_and(is_word) {
            return true;
        }
        from = at + word.len();
    }
    false
}

/// The first place of `word`. The first use of [`memmem`] in a process asks the processor for its features, which
/// takes longer than to look through a small source by hand.
pub(crate) fn find(code: &[u8], word: &[u8]) -> Option<usize> {
    const SMALL: usize = 16 << 10;
    if code.len() > SMALL {
        return memmem::find(code, word);
    }
    let first = *word.first()?;
    let mut at = 0;
    loop {
        at += code.get(at..)?.iter().position(|byte| *byte == first)?;
        if code[at..].starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Whether the first statement, after comments, is an import or export declaration.
fn starts_with_declaration(code: &str) -> bool {
    let code = skip_trivia(code);
    if let Some(rest) = code.strip_prefix("import") {
        let next = skip_trivia(rest);
        // `import x`, `import {`, `import *`, `import "x"`; not `import(`, `import.meta` or `importer`.
        return match next.bytes().next() {
            Some(b'{' | b'*' | b'"' | b'\'') => true,
            Some(byte) => next.len() < rest.len() && is_word(byte),
            None => false,
        };
    }
    if let Some(rest) = code.strip_prefix("export") {
        let next = skip_trivia(rest);
        return match next.bytes().next() {
            Some(b'{' | b'*') => true,
            Some(byte) => next.len() < rest.len() && is_word(byte),
            None => false,
        };
    }
    false
}

fn skip_trivia(mut code: &str) -> &str {
    loop {
        code = code.trim_start();
        if code.starts_with("//") || code.starts_with("#!") {
            code = code.find('\n').map_or("", |at| &code[at..]);
        } else if code.starts_with("/*") {
            code = code[2..].find("*/").map_or("", |at| &code[at + 4..]);
        } else {
            return code;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detection() {
        use ModuleSyntax::{CommonJs, Esm};
        for (code, expected) in [
            ("", CommonJs),
            ("console.log(1)", CommonJs),
            ("import a from 'a'", Esm),
            ("import'a'", Esm),
            ("import{a}from'a'", Esm),
            ("import/**/a from 'a'", Esm),
            ("#!/usr/bin/env krepis\n/* c */ // d\nimport * as a from 'a'", Esm),
            ("'use strict'; import a from 'a'", Esm),
            ("export default 1", Esm),
            ("export{}", Esm),
            ("var x; export { x }", Esm),
            ("import('a')", CommonJs),
            ("import ('a').then(exports.x)", CommonJs),
            ("importer(1); exports.a = 1", CommonJs),
            ("import.meta.url", Esm),
            ("console.log(import.meta.dirname)", Esm),
            ("await 1", Esm),
            ("for await (const x of y);", Esm),
            ("await using x = y;", Esm),
            ("{ await using x = y }", Esm),
            ("async () => { await using x = y }", CommonJs),
            ("async () => await 1", CommonJs),
            ("async function f() { for await (const x of y); }", CommonJs),
            ("var await = 1; await", CommonJs),
            ("const s = 'import a from b'; // export", CommonJs),
            ("`${1} import x`", CommonJs),
            ("return require('x').export", CommonJs),
            ("x = { import: 1, export: 2, await: 3 }", CommonJs),
        ] {
            assert_eq!(module_syntax(code), expected, "{code}");
        }
    }

    #[test]
    fn hostile_nesting_ends_in_an_answer() {
        for unit in ["(", "[", "!", "a?", "if(a)", "`${", "()=>", "typeof ", "new ", "a=", "-"] {
            let code = format!("await;{}", unit.repeat(4_000));
            assert_eq!(module_syntax(&code), ModuleSyntax::CommonJs, "{unit}");
        }
    }
}
