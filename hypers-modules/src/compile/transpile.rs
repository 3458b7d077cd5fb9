//! TypeScript and JSX to the JavaScript that V8 runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Program, Statement, TSModuleReference};
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_diagnostics::{Diagnostics, OxcDiagnostic};
use oxc_parser::{Parser, ParserReturn};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{
    CompilerAssumptions, DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, JsxOptions, JsxRuntime,
    TransformOptions, Transformer, TypeScriptOptions,
};

use crate::compile::decorators;
use crate::compile::sourcemap::SourceMap;
use crate::compile::stack;
use crate::compile::syntax::{ModuleSyntax, find, parse_options, parse_unambiguous};
use crate::error::{Diagnostic, TranspileError};

/// The compiler options of a `tsconfig.json` that change what code does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CompilerOptions {
    /// `experimentalDecorators`: legacy decorators in place of the standard ones.
    pub experimental_decorators: bool,
    /// `emitDecoratorMetadata`, only with legacy decorators.
    pub emit_decorator_metadata: bool,
    /// `strictNullChecks` (or `strict`); changes what decorator metadata says of `T | null`.
    pub strict_null_checks: bool,
    /// `useDefineForClassFields`: fields are defined (the standard), not assigned.
    pub use_define_for_class_fields: bool,
    /// `verbatimModuleSyntax`: only `import type` is removed.
    pub verbatim_module_syntax: bool,
    /// `jsx`.
    pub jsx: Jsx,
    /// `jsxFactory`, for the classic runtime.
    pub jsx_factory: Option<String>,
    /// `jsxFragmentFactory`, for the classic runtime.
    pub jsx_fragment_factory: Option<String>,
    /// `jsxImportSource`, for the automatic runtime.
    pub jsx_import_source: Option<String>,
}

/// What JSX becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Jsx {
    /// Calls of `jsx` from `<jsxImportSource>/jsx-runtime`.
    #[default]
    Automatic,
    /// Calls of `jsxDEV` from `<jsxImportSource>/jsx-dev-runtime`.
    Development,
    /// Calls of `jsxFactory`.
    Classic,
}

impl Default for CompilerOptions {
    fn default() -> Self {
        Self {
            experimental_decorators: false,
            emit_decorator_metadata: false,
            strict_null_checks: true,
            use_define_for_class_fields: true,
            verbatim_module_syntax: false,
            jsx: Jsx::Automatic,
            jsx_factory: None,
            jsx_fragment_factory: None,
            jsx_import_source: None,
        }
    }
}

/// How [`transpile`] works.
#[derive(Clone, Debug, Default)]
pub struct TranspileOptions {
    /// What the `tsconfig.json` says.
    pub compiler: CompilerOptions,
    /// The module system, where it is known; otherwise the syntax decides.
    pub syntax: Option<ModuleSyntax>,
    /// Keep the source in the map, for sources that no file holds (`eval`, stdin, `data:`).
    pub keep_source: bool,
}

/// What [`transpile`] makes.
#[derive(Debug)]
pub struct Transpiled {
    /// JavaScript.
    pub code: String,
    /// From `code` to the source; its only source is the path that was given.
    pub map: SourceMap,
    /// The module system that the code is written for.
    pub syntax: ModuleSyntax,
}

/// Compiles TypeScript (`.ts`, `.mts`, `.cts`), TSX or JSX, as the extension of `path` says; any other extension
/// counts as TypeScript. Types are removed, not checked.
///
/// # Errors
/// When the source does not parse or uses something that cannot be compiled; with all diagnostics.
///
/// ```
/// use hypers_modules::{ModuleSyntax, TranspileOptions, transpile};
/// let js = transpile("export const a: number = 1;", "a.ts".as_ref(), &TranspileOptions::default())?;
/// assert_eq!(js.code, "export const a = 1;\n");
/// assert_eq!(js.syntax, ModuleSyntax::Esm);
/// # Ok::<(), hypers_modules::TranspileError>(())
/// ```
pub fn transpile(
    source: &str,
    path: &Path,
    options: &TranspileOptions,
) -> Result<Transpiled, TranspileError> {
    stack::with_room(source, || compile(source, path, options))
        .unwrap_or_else(|stack::TooDeep| Err(too_deep(source, path)))
}

fn compile(source: &str, path: &Path, options: &TranspileOptions) -> Result<Transpiled, TranspileError> {
    let fail = |diagnostics: Diagnostics| Err(failure(source, path, diagnostics));
    let allocator = Allocator::default();
    let parsed = parse(&allocator, source, path, options.syntax);
    if parsed.panicked || parsed.diagnostics.has_errors() {
        return fail(parsed.diagnostics);
    }
    let syntax = options.syntax.unwrap_or_else(|| syntax_of(&parsed));
    let mut program = parsed.program;
    program.source_type = match syntax {
        ModuleSyntax::Esm => program.source_type.with_module(true),
        ModuleSyntax::CommonJs => program.source_type.with_commonjs(true),
    };
    let mut prelude = prelude(&program, syntax).to_owned();

    let semantic =
        SemanticBuilder::new_compiler().with_excess_capacity(2.0).with_enum_eval(true).build(&program);
    if semantic.diagnostics.has_errors() {
        return fail(semantic.diagnostics);
    }
    let scoping = semantic.semantic.into_scoping();
    let transform = transform_options(&options.compiler);
    let transformed =
        Transformer::new(&allocator, path, &transform).build_with_scoping(scoping, &mut program);
    if transformed.diagnostics.has_errors() {
        return fail(transformed.diagnostics);
    }
    match decorators::lower(&mut program, &allocator, source) {
        Ok(true) => prelude += decorators::HELPER,
        Ok(false) => {}
        Err(errors) => return fail(errors.into()),
    }
    Ok(print(&program, prelude, syntax, path, options.keep_source.then_some(source)))
}

fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    path: &Path,
    syntax: Option<ModuleSyntax>,
) -> ParserReturn<'a> {
    let language = match path.extension().and_then(|extension| extension.to_str()) {
        Some("tsx") => SourceType::tsx(),
        Some("jsx" | "js" | "mjs" | "cjs") => SourceType::jsx(),
        _ => SourceType::ts(),
    };
    let known = match syntax {
        Some(ModuleSyntax::Esm) => language.with_module(true),
        Some(ModuleSyntax::CommonJs) => language.with_commonjs(true),
        None => return parse_unambiguous(allocator, source, language),
    };
    Parser::new(allocator, source, known).with_options(parse_options()).parse()
}

/// `import x = require("y")` and `export =` are CommonJS; everything else is as in JavaScript.
fn syntax_of(parsed: &ParserReturn<'_>) -> ModuleSyntax {
    let is_declaration = |statement: &Statement<'_>| {
        statement.is_module_declaration()
            && !matches!(
                statement,
                Statement::TSExportAssignment(_) | Statement::TSNamespaceExportDeclaration(_)
            )
    };
    let body = &parsed.program.body;
    let has_commonjs =
        body.iter().any(|s| matches!(s, Statement::TSExportAssignment(_)) || is_import_equals(s));
    let esm = if has_commonjs {
        body.iter().any(is_declaration) && !body.iter().any(|s| matches!(s, Statement::TSExportAssignment(_)))
    } else {
        parsed.module_record.has_module_syntax
    };
    if esm { ModuleSyntax::Esm } else { ModuleSyntax::CommonJs }
}

fn is_import_equals(statement: &Statement<'_>) -> bool {
    matches!(statement, Statement::TSImportEqualsDeclaration(import)
        if import.import_kind.is_value()
            && matches!(import.module_reference, TSModuleReference::ExternalModuleReference(_)))
}

/// Code before the module's own, where what it uses does not exist otherwise.
fn prelude(program: &Program<'_>, syntax: ModuleSyntax) -> &'static str {
    if syntax == ModuleSyntax::Esm && program.body.iter().any(is_import_equals) {
        return "import { createRequire as __createRequire } from \"node:module\"; \
                const require = __createRequire(import.meta.url);\n";
    }
    ""
}

fn transform_options(compiler: &CompilerOptions) -> TransformOptions {
    let mut options = TransformOptions {
        assumptions: CompilerAssumptions {
            set_public_class_fields: !compiler.use_define_for_class_fields,
            ..CompilerAssumptions::default()
        },
        typescript: TypeScriptOptions {
            only_remove_type_imports: compiler.verbatim_module_syntax,
            remove_class_fields_without_initializer: !compiler.use_define_for_class_fields,
            ..TypeScriptOptions::default()
        },
        decorator: DecoratorOptions {
            legacy: compiler.experimental_decorators,
            emit_decorator_metadata: compiler.experimental_decorators && compiler.emit_decorator_metadata,
            strict_null_checks: compiler.strict_null_checks,
        },
        jsx: jsx_options(compiler),
        helper_loader: HelperLoaderOptions {
            mode: HelperLoaderMode::External,
            ..HelperLoaderOptions::default()
        },
        ..TransformOptions::default()
    };
    if let Some(factory) = &compiler.jsx_factory {
        options.typescript.jsx_pragma = factory.clone().into();
    }
    if let Some(fragment) = &compiler.jsx_fragment_factory {
        options.typescript.jsx_pragma_frag = fragment.clone().into();
    }
    options
}

fn jsx_options(compiler: &CompilerOptions) -> JsxOptions {
    let classic = compiler.jsx == Jsx::Classic;
    let mut options = JsxOptions::enable();
    options.runtime = if classic { JsxRuntime::Classic } else { JsxRuntime::Automatic };
    options.development = compiler.jsx == Jsx::Development;
    options.throw_if_namespace = false;
    if classic {
        options.pragma.clone_from(&compiler.jsx_factory);
        options.pragma_frag.clone_from(&compiler.jsx_fragment_factory);
    } else {
        options.import_source.clone_from(&compiler.jsx_import_source);
    }
    options.conform();
    options
}

/// What oxc's transform of legacy decorators calls.
const LEGACY_DECORATORS: &str = include_str!("js/legacy_decorators.js");

fn print(
    program: &Program<'_>,
    mut prelude: String,
    syntax: ModuleSyntax,
    path: &Path,
    content: Option<&str>,
) -> Transpiled {
    let options = CodegenOptions {
        source_map_path: Some(PathBuf::from("-")),
        comments: CommentOptions { normal: false, jsdoc: false, ..CommentOptions::default() },
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(program);
    let mut mappings = printed.map.map_or_else(String::new, |map| map.to_json().mappings);
    let mut code = printed.code;
    if find(code.as_bytes(), b"babelHelpers.").is_some() {
        prelude += LEGACY_DECORATORS;
    }
    if !prelude.is_empty() {
        let lines = memchr::memchr_iter(b'\n', prelude.as_bytes()).count();
        mappings.insert_str(0, &";".repeat(lines));
        code.insert_str(0, &prelude);
    }
    let map =
        SourceMap::from_parts(mappings, path.to_string_lossy().into_owned(), content.map(str::to_owned));
    Transpiled { code, map, syntax }
}

fn failure(source: &str, path: &Path, diagnostics: Diagnostics) -> TranspileError {
    let mut all: Vec<Diagnostic> = diagnostics.errors().map(|error| diagnostic(source, error)).collect();
    all.sort_by_key(|d| (d.line, d.column));
    if all.is_empty() {
        all.push(at(source, 0, 1, "the source cannot be parsed".to_owned(), None));
    }
    TranspileError {
        file: path.to_string_lossy().into_owned(),
        source_text: Arc::from(source),
        diagnostics: all,
    }
}

fn too_deep(source: &str, path: &Path) -> TranspileError {
    failure(source, path, OxcDiagnostic::error("the source nests too deeply to be compiled").into())
}

fn diagnostic(source: &str, error: &OxcDiagnostic) -> Diagnostic {
    let label = error.labels.iter().find(|label| label.primary()).or_else(|| error.labels.first());
    let (offset, len) = label.map_or((0, 1), |label| (label.offset() as usize, label.len() as usize));
    at(source, offset, len, error.message.to_string(), error.help.as_ref().map(ToString::to_string))
}

/// A diagnostic at a byte offset.
fn at(source: &str, offset: usize, len: usize, message: String, help: Option<String>) -> Diagnostic {
    let offset = source.floor_char_boundary(offset);
    let before = &source[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let meant = &source[offset..source.floor_char_boundary(offset.saturating_add(len))];
    let meant = meant.lines().next().unwrap_or("");
    Diagnostic {
        message,
        help,
        line: memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32,
        column: before[line_start..].encode_utf16().count() as u32,
        width: (meant.encode_utf16().count() as u32).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile_with(source: &str, path: &str, options: &TranspileOptions) -> String {
        match transpile(source, Path::new(path), options) {
            Ok(compiled) => compiled.code,
            Err(error) => panic!("{source}: {}", error.render(false)),
        }
    }

    fn check(source: &str, expected: &str) {
        let code = compile_with(source, "a.ts", &TranspileOptions::default());
        let squeezed = code.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed, expected, "{source}");
    }

    #[test]
    fn typescript() {
        check("let a: number = 1 as number satisfies number; a!", "let a = 1; a;");
        check("interface A {} type B = A; declare const c: B;", "");
        check("import type { A } from 'a'; import { B, type C } from 'b'; let x: B", "let x; export {};");
        check("import { B } from 'b'; new B", "import { B } from \"b\"; new B();");
        check(
            "enum E { A, B = 5, C } E.C",
            "var E = /* @__PURE__ */ function(E) { E[E[\"A\"] = 0] = \"A\"; E[E[\"B\"] = 5] = \"B\"; E[E[\"C\"] = 6] = \"C\"; return E; }(E || {}); E.C;",
        );
        check(
            "class A { constructor(private x: number, readonly y = 2) {} }",
            "class A { x; y; constructor(x, y = 2) { this.x = x; this.y = y; } }",
        );
        check("abstract class A<T> { abstract f(): T; private b?: T; declare c: T }", "class A { b; }");
        check(
            "namespace N { export const a = 1 } N.a",
            "let N; (function(_N) { const a = _N.a = 1; })(N || (N = {})); N.a;",
        );
        check("function f(this: Date, a?: number): asserts a is 1; function f() {}", "function f() {}");
        check(
            "import fs = require('fs'); export = fs.x;",
            "const fs = require(\"fs\"); module.exports = fs.x;",
        );
        check("using a = b; { await using c = d }", "using a = b; { await using c = d; }");
        check("const x = <T,>(a: T) => <any>a", "const x = (a) => a;");
        check("return require('a')", "return require(\"a\");");
    }

    #[test]
    fn syntax_decides_the_module_system() {
        use ModuleSyntax::{CommonJs, Esm};
        for (source, expected) in [
            ("console.log(1 as number)", CommonJs),
            ("export {}", Esm),
            ("import type { A } from 'a'; let a: A", Esm),
            ("import a = require('a'); a()", CommonJs),
            ("import a = require('a'); export const b = a", Esm),
            ("export = 1", CommonJs),
            ("await f()", Esm),
            ("for await (const a of b);", Esm),
            ("import.meta.url", Esm),
            ("const a = require('a'); module.exports = a", CommonJs),
        ] {
            let compiled = transpile(source, Path::new("a.ts"), &TranspileOptions::default()).expect(source);
            assert_eq!(compiled.syntax, expected, "{source}");
        }
        let code =
            compile_with("import a = require('a'); export const b = a", "a.ts", &TranspileOptions::default());
        assert!(
            code.starts_with("import { createRequire as __createRequire } from \"node:module\""),
            "{code}"
        );
    }

    #[test]
    fn jsx() {
        let with = |compiler| TranspileOptions { compiler, ..TranspileOptions::default() };
        let default = CompilerOptions::default;
        for (source, options, expected) in [
            ("<a b={1}/>", default(), "import { jsx as _jsx } from \"react/jsx-runtime\";"),
            (
                "<a/>",
                CompilerOptions { jsx_import_source: Some("hono/jsx".into()), ..default() },
                "\"hono/jsx/jsx-runtime\"",
            ),
            ("/** @jsxImportSource preact */ <a/>", default(), "\"preact/jsx-runtime\""),
            ("<a/>", CompilerOptions { jsx: Jsx::Classic, ..default() }, "React.createElement(\"a\", null)"),
            (
                "<></>",
                CompilerOptions {
                    jsx: Jsx::Classic,
                    jsx_factory: Some("h".into()),
                    jsx_fragment_factory: Some("F".into()),
                    ..default()
                },
                "h(F, null)",
            ),
            ("/** @jsxRuntime classic @jsx h */ <a/>", default(), "h(\"a\", null)"),
            ("<a/>", CompilerOptions { jsx: Jsx::Development, ..default() }, "react/jsx-dev-runtime"),
        ] {
            for path in ["a.tsx", "a.jsx"] {
                let code = compile_with(&format!("export default 1; {source}"), path, &with(options.clone()));
                let code2 = compile_with(source, path, &with(options.clone()));
                assert!(code.contains(expected) || code2.contains(expected), "{source} in {path}: {code2}");
            }
        }
    }

    #[test]
    fn legacy_decorators_bring_their_helper() {
        let compiler = CompilerOptions {
            experimental_decorators: true,
            emit_decorator_metadata: true,
            use_define_for_class_fields: false,
            ..CompilerOptions::default()
        };
        let options = TranspileOptions { compiler, ..TranspileOptions::default() };
        let code =
            compile_with("@d class A { @e x: string; constructor(@p private y: Date) {} }", "a.ts", &options);
        assert!(code.contains("const babelHelpers = {"), "{code}");
        for part in ["babelHelpers.decorateParam(0, p)", "\"design:type\", String", "\"design:paramtypes\""] {
            assert!(code.contains(part), "{part} in {code}");
        }
    }

    /// The code after the helper, without white space between words.
    fn lowered(source: &str) -> String {
        let code = compile_with(source, "a.ts", &TranspileOptions::default());
        let own = code.strip_prefix(decorators::HELPER).unwrap_or(&code);
        own.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn standard_decorators_are_lowered() {
        for (source, expected) in [
            (
                "class A { @d m() {} }",
                "let __dec0 = __decorators(); class A { static { __dec0.apply(this, \"A\"); } \
                 #__dec0_start = __dec0.start(this); [__dec0.at(0, \"method\", 0, \"m\", [d])]() {} }",
            ),
            (
                "export class A { @d static x = 1 }",
                "let __dec0 = __decorators(); export class A { static { __dec0.apply(this, \"A\"); } \
                 static [__dec0.at(0, \"field\", 1, \"x\", [d])] = __dec0.init(0, this, 1); \
                 static { __dec0.after(0, this); } }",
            ),
            (
                "@d export class A {}",
                "let __dec0 = __decorators([d]); let A; (class { static { A = __dec0.apply(this, \"A\"); } \
                 static { __dec0.finish(A); } }); export { A };",
            ),
            (
                "export default @a @b() class {}",
                "let __dec0 = __decorators([a, b()]); let __dec0_default; (class { static { __dec0_default = \
                 __dec0.apply(this, \"default\"); } static { __dec0.finish(__dec0_default); } }); \
                 export { __dec0_default as default };",
            ),
            (
                "const A = class { accessor x = 1 }",
                "const A = (() => { let __dec0 = __decorators(); return class { static { __dec0.apply(this, \"A\"); } \
                 get [__dec0.key(0, \"x\")]() { return this.#__dec0_0_value; } \
                 set [__dec0.keys[0]](value) { this.#__dec0_0_value = value; } #__dec0_0_value = 1; }; })();",
            ),
            ("const mail = 'a@b'; class accessor {}", "const mail = \"a@b\"; class accessor {}"),
            (
                "const __dec = 1; @d class A {}",
                "const __dec = 1; let ___dec0 = __decorators([d]); let A; (class { static \
                 { A = ___dec0.apply(this, \"A\"); } static { ___dec0.finish(A); } });",
            ),
        ] {
            assert_eq!(lowered(source), expected, "{source}");
        }
        let error =
            transpile("class A { @d #m() { super.m() } }", Path::new("a.ts"), &TranspileOptions::default());
        assert!(error.expect_err("not supported").to_string().contains("decorated private method"));
    }

    #[test]
    fn positions_in_decorated_classes_lead_back() {
        let source = "@d\nclass A {\n  @e m() {\n    throw new Error();\n  }\n}\n";
        let compiled = transpile(source, Path::new("a.ts"), &TranspileOptions::default()).expect("valid");
        let line = compiled.code.lines().position(|line| line.contains("throw new Error()")).expect("kept");
        let column = compiled.code.lines().nth(line).and_then(|text| text.find("new Error")).expect("kept");
        let found = compiled.map.lookup(line as u32, column as u32).expect("mapped");
        assert_eq!((found.line, found.column), (3, 10));
    }

    #[test]
    fn positions_lead_back() {
        let source = "interface A {}\n\nconst \u{1f600}a: string = '\u{1f600}'; throw new Error(\u{1f600}a as string);\n"
            .replace('\u{1f600}', "\u{65e5}");
        let compiled = transpile(&source, Path::new("/p/a.ts"), &TranspileOptions::default()).expect("valid");
        let line = compiled.code.lines().position(|l| l.contains("throw")).expect("kept") as u32;
        let text = compiled.code.lines().nth(line as usize).expect("kept");
        let column = text.find("new Error").expect("kept") as u32;
        let found = compiled.map.lookup(line, column).expect("mapped");
        assert_eq!((found.source, found.line, found.column), ("/p/a.ts", 2, 30));
    }

    #[test]
    fn errors_name_every_place() {
        for (source, line, column, part) in [
            ("let x = ;", 0, 8, "Unexpected token"),
            ("a;\n'\u{1f600}' )", 1, 4, "semicolon"),
            ("let a = 1;\nlet a = 2;", 0, 4, "already been declared"),
            ("", 0, 0, ""),
            ("const s = 'abc", 0, 10, "Unterminated string"),
        ] {
            let Err(error) = transpile(source, Path::new("dir/a.ts"), &TranspileOptions::default()) else {
                assert_eq!(source, "");
                continue;
            };
            let first = &error.diagnostics[0];
            assert!(first.message.contains(part), "{source}: {first:?}");
            assert_eq!((first.line, first.column), (line, column), "{source}: {first:?}");
            assert!(error.render(false).contains(&format!("dir/a.ts:{}:{}\n", line + 1, column + 1)));
        }
    }

    #[test]
    fn hostile_nesting_ends_in_an_answer() {
        for unit in [
            "(", "[", "{", "!", "a?", "if(a)", "`${", "()=>", "typeof ", "new ", "a=", "<a>", "a:", "x as ",
            "-",
        ] {
            let _ = transpile(&unit.repeat(2_000), Path::new("a.ts"), &TranspileOptions::default());
        }
        for (open, middle, close) in [
            ("(", "1", ")"),
            ("[", "", "]"),
            ("{", "", "}"),
            ("!", "1", ""),
            ("f(", "", ")"),
            ("a+", "1", ""),
            ("a.b", "", ""),
            ("if(a){}else ", ";", ""),
            ("namespace N {", "let x", "}"),
            ("class A { x = ", "1", "}"),
        ] {
            let source = open.repeat(2_000) + middle + &close.repeat(2_000);
            let _ = transpile(&source, Path::new("a.ts"), &TranspileOptions::default());
        }
    }
}
