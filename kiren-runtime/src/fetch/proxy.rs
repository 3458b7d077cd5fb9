//! Which proxy leads to an origin: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in lower case or in capitals, as curl
//! reads them.

use hyper::Uri;
use hyper::header::HeaderValue;

use super::connect::Origin;

/// The proxies of the environment.
#[derive(Debug, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    bypassed: Vec<Bypass>,
}

/// An HTTP proxy that is spoken to without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) authorization: Option<HeaderValue>,
}

/// An entry of `NO_PROXY`.
#[derive(Debug, PartialEq, Eq)]
enum Bypass {
    All,
    /// A host and all below it, perhaps on one port only.
    Host(String, Option<u16>),
}

impl Proxies {
    pub(super) fn from_environment() -> Self {
        let variable = |name: &str| {
            let value = std::env::var(name.to_ascii_lowercase()).or_else(|_| std::env::var(name));
            value.ok().filter(|value| !value.is_empty())
        };
        let all = variable("ALL_PROXY");
        let proxy = |name| variable(name).or_else(|| all.clone()).and_then(|value| Proxy::parse(&value));
        Self {
            http: proxy("HTTP_PROXY"),
            https: proxy("HTTPS_PROXY"),
            bypassed: variable("NO_PROXY").map(|list| parse_bypassed(&list)).unwrap_or_default(),
        }
    }

    /// The proxy to go through, if any.
    pub(super) fn route(&self, origin: &Origin) -> Option<&Proxy> {
        let proxy = if origin.secure { self.https.as_ref() } else { self.http.as_ref() }?;
        let bypassed = self.bypassed.iter().any(|bypass| match bypass {
            Bypass::All => true,
            Bypass::Host(host, port) => {
                port.is_none_or(|port| port == origin.port) && is_below(&origin.host, host)
            }
        });
        (!bypassed).then_some(proxy)
    }
}

impl Proxy {
    /// `http://user:password@host:port`, or `host:port`. What is no HTTP proxy (`socks5:`, `https:`) is left out.
    fn parse(text: &str) -> Option<Self> {
        let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = url.parse().ok()?;
        if uri.scheme_str() != Some("http") {
            return None;
        }
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let user = uri.authority()?.as_str().rsplit_once('@').map(|(user, _)| user);
        let authorization = user.and_then(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let user = format!("{}:{}", decode(name), decode(password));
            let mut value = HeaderValue::from_str(&format!("Basic {}", base64(user.as_bytes()))).ok()?;
            value.set_sensitive(true);
            Some(value)
        });
        Some(Self { host, port: uri.port_u16().unwrap_or(80), authorization })
    }
}

fn parse_bypassed(list: &str) -> Vec<Bypass> {
    let entries = list.split([',', ' ']).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            if entry == "*" {
                return Bypass::All;
            }
            let entry = entry.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
            // An IPv6 address has several colons, and brackets where a port follows.
            let (host, port) = match entry.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
                _ => (entry.as_str(), None),
            };
            Bypass::Host(host.trim_start_matches('[').trim_end_matches(']').to_owned(), port)
        })
        .collect()
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(secure: bool, host: &str, port: u16) -> Origin {
        Origin { secure, host: host.to_owned(), port }
    }

    #[test]
    fn a_proxy_is_a_url_or_an_address() {
        let check = |text, host: &str, port, authorization: Option<&str>| {
            let proxy = Proxy::parse(text).expect("a proxy");
            let found = proxy.authorization.as_ref().map(|value| value.to_str().expect("text"));
            assert_eq!((proxy.host.as_str(), proxy.port, found), (host, port, authorization), "{text}");
        };
        check("http://proxy:3128", "proxy", 3128, None);
        check("proxy:3128", "proxy", 3128, None);
        check("http://[::1]:8080/", "::1", 8080, None);
        check("http://Aladdin:open%20sesame@proxy", "proxy", 80, Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        assert_eq!(Proxy::parse("socks5://proxy:1080"), None);
    }

    #[test]
    fn no_proxy_names_hosts_and_all_below_them() {
        let proxies = Proxies {
            http: Proxy::parse("plain:1"),
            https: Proxy::parse("secure:2"),
            bypassed: parse_bypassed("localhost, .example.com,*.test,10.0.0.1:8080,::1,[::2]:9"),
        };
        let check = |secure, host, port, expected: Option<&str>| {
            let found = proxies.route(&origin(secure, host, port)).map(|proxy| proxy.host.as_str());
            assert_eq!(found, expected, "{host}:{port}");
        };
        check(false, "other.org", 80, Some("plain"));
        check(true, "other.org", 443, Some("secure"));
        check(false, "localhost", 80, None);
        check(true, "example.com", 443, None);
        check(true, "www.example.com", 443, None);
        check(true, "myexample.com", 443, Some("secure"));
        check(true, "a.test", 443, None);
        check(false, "10.0.0.1", 8080, None);
        check(false, "10.0.0.1", 80, Some("plain"));
        check(false, "::1", 80, None);
        check(false, "::2", 9, None);
        check(false, "::2", 80, Some("plain"));
        assert_eq!(Proxies { bypassed: parse_bypassed("*"), ..proxies }.route(&origin(true, "x", 1)), None);
    }
}
