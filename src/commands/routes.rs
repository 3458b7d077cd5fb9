//! `krepis routes`: the tables of a program, what their patterns lead to, and which take the same paths.

mod html;
mod table;
mod text;

use std::process::ExitCode;

use serde_json::json;

use super::picture::{self, Format, Look, Target};
use crate::args::{Options, Routes, RoutesFormat};
use table::{Answer, Table};

/// Loads the program and describes its tables.
const TABLES: &str = include_str!("routes/tables.js");

pub(crate) fn routes(options: &Options, routes: &Routes) -> ExitCode {
    let file = match picture::program(&routes.file) {
        Ok(file) => file,
        Err(code) => return code,
    };
    let target = Target::of(routes.format, routes.output.as_deref(), routes.open, &file, "routes");
    let wanted = json!({ "file": file.to_string_lossy(), "name": routes.export });
    let look =
        Look { file: &file, args: &routes.args, command: "routes", what: "routes", script: TABLES, wanted };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    look.then(options, |answer| show(answer, routes, &target, &format!("Routes of {name}")))
}

/// Writes the picture; gives the exit code.
fn show(answer: &str, routes: &Routes, target: &Target<RoutesFormat>, title: &str) -> i32 {
    let answer: Answer = serde_json::from_str(answer).expect("because routes/tables.js makes JSON");
    let written = match answer {
        Answer::Failure(failure) => Err(format!("{} {failure}", routes.file.to_string_lossy())),
        Answer::Tables(tables) => {
            let tables: Vec<Table> = tables.into_iter().map(Table::new).collect();
            let picture = match target.format {
                RoutesFormat::Text => text::render(&tables, target.has_colors()),
                RoutesFormat::Json => table::json(&tables),
                RoutesFormat::Html => html::render(&tables, title),
            };
            target.write(&picture, routes.open)
        }
    };
    match written {
        Ok(()) => 0,
        Err(message) => {
            eprintln!("error: {message}");
            1
        }
    }
}

impl Format for RoutesFormat {
    const TEXT: Self = Self::Text;
    const HTML: Self = Self::Html;

    fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "html" | "htm" => Some(Self::Html),
            "json" => Some(Self::Json),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }
}
