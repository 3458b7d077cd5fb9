//! `native("url")`: the WHATWG URL parser. JavaScript gets the serialisation and, through a `Uint32Array` that it
//! passes in, where the parts begin and end in it: one crossing for each URL.

use url::{Position, Url, quirks};

use crate::ext::encoding::view_bytes_mut;
use crate::natives::{natives, string};

natives! { parse, set }

/// `parse(url, base | undefined, offsets)`: the href, or `undefined` when the URL is not valid.
fn parse(scope: &mut v8::PinScope<'_, '_>, args: v8::FunctionCallbackArguments<'_>, mut rv: v8::ReturnValue<'_, v8::Value>) {
    let input = args.get(0).to_rust_string_lossy(scope);
    let base = if args.get(1).is_undefined() {
        None
    } else {
        let base = args.get(1).to_rust_string_lossy(scope);
        let Ok(base) = Url::parse(&base) else { return };
        Some(base)
    };
    let Ok(url) = Url::options().base_url(base.as_ref()).parse(&input) else { return };
    write_offsets(&url, args.get(2));
    rv.set(string(scope, url.as_str()).into());
}

/// `set(href, part, value, offsets)`: the new href, or `undefined` when the value does not fit. The parts are
/// numbered as in `url.js`.
fn set(scope: &mut v8::PinScope<'_, '_>, args: v8::FunctionCallbackArguments<'_>, mut rv: v8::ReturnValue<'_, v8::Value>) {
    let href = args.get(0).to_rust_string_lossy(scope);
    let value = args.get(2).to_rust_string_lossy(scope);
    let Ok(mut url) = Url::parse(&href) else { return };
    let accepted = match args.get(1).uint32_value(scope) {
        Some(0) => quirks::set_protocol(&mut url, &value).is_ok(),
        Some(1) => quirks::set_username(&mut url, &value).is_ok(),
        Some(2) => quirks::set_password(&mut url, &value).is_ok(),
        Some(3) => quirks::set_host(&mut url, &value).is_ok(),
        Some(4) => quirks::set_hostname(&mut url, &value).is_ok(),
        Some(5) => quirks::set_port(&mut url, &value).is_ok(),
        Some(6) => {
            quirks::set_pathname(&mut url, &value);
            true
        }
        Some(7) => {
            quirks::set_search(&mut url, &value);
            true
        }
        Some(8) => {
            quirks::set_hash(&mut url, &value);
            true
        }
        _ => false,
    };
    if accepted {
        write_offsets(&url, args.get(3));
        rv.set(string(scope, url.as_str()).into());
    }
}

/// The offsets that `url.js` slices by; they are also offsets in UTF-16, because a serialised URL is ASCII.
fn offsets(url: &Url) -> [u32; 8] {
    let at = |position: Position| url[..position].len() as u32;
    [
        at(Position::AfterScheme) + 1, // after the colon
        at(Position::AfterUsername),
        at(Position::AfterPassword),
        at(Position::BeforeHost),
        at(Position::AfterHost),
        at(Position::BeforePath),
        at(Position::AfterPath),
        at(Position::AfterQuery),
    ]
}

fn write_offsets(url: &Url, array: v8::Local<'_, v8::Value>) {
    let bytes = view_bytes_mut(array);
    for (chunk, offset) in bytes.chunks_exact_mut(4).zip(offsets(url)) {
        chunk.copy_from_slice(&offset.to_ne_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{Url, offsets};

    fn parts(href: &str) -> Vec<String> {
        let url = Url::parse(href).expect("a valid URL");
        let href = url.as_str();
        let at = offsets(&url);
        let mut ends = at.to_vec();
        ends.push(href.len() as u32);
        let mut start = 0;
        let mut parts = Vec::new();
        for end in ends {
            parts.push(href[start..end as usize].to_owned());
            start = end as usize;
        }
        parts
    }

    #[test]
    fn offsets_cut_an_href_into_its_parts() {
        let all = parts("https://user:pass@example.org:8080/a/b?c=d#e");
        assert_eq!(all, ["https:", "//user", ":pass", "@", "example.org", ":8080", "/a/b", "?c=d", "#e"]);
        let bare = parts("mailto:someone");
        assert_eq!(bare, ["mailto:", "", "", "", "", "", "someone", "", ""]);
        let file = parts("file:///etc/hosts");
        assert_eq!(file, ["file:", "//", "", "", "", "", "/etc/hosts", "", ""]);
        let guarded = parts("web+demo:/.//not-a-host/");
        assert_eq!(guarded, ["web+demo:", "", "", "", "", "/.", "//not-a-host/", "", ""]);
    }
}
