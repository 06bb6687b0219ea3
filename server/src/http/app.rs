//! The app's files, compressed as they lie. They are read once, at start: nothing that a request names reaches the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use actix_web::http::header::{ACCEPT_ENCODING, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Problem;

/// What the app may do in a browser: run its own scripts and WebAssembly, and talk to the server that it came from.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
    img-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// Every file of the app, by its path below `/app/`.
#[derive(Default)]
pub struct Files(BTreeMap<String, File>);

struct File {
    plain: web::Bytes,
    brotli: Option<web::Bytes>,
    kind: &'static str,
    tag: String,
}

impl Files {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut files = Self::default();
        files.add(folder, folder)?;
        if files.0.contains_key("index.html") {
            Ok(files)
        } else {
            Err(format!("{} holds no app; make it with `cargo xtask app`, or leave --app out", folder.display()))
        }
    }

    fn add(&mut self, root: &Path, folder: &Path) -> Result<(), String> {
        let failed = |path: &Path, error: std::io::Error| {
            format!(
                "cannot read the app's {}: {error}. Make the app with `cargo xtask app`, or leave --app (`app`) out",
                path.display()
            )
        };
        for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            if path.is_dir() {
                self.add(root, &path)?;
                continue;
            }
            let name = path.strip_prefix(root).map_err(|error| error.to_string())?.to_string_lossy().into_owned();
            let Some(kind) = kind(&name) else { continue };
            let plain = fs::read(&path).map_err(|error| failed(&path, error))?;
            let brotli = fs::read(format!("{}.br", path.display())).ok().map(web::Bytes::from);
            let tag = habeas_protocol::api::to_hex(&habeas_protocol::hash("habeas/1/file", &[&plain])[..12]);
            self.0.insert(name, File { plain: plain.into(), brotli, kind, tag: format!("\"{tag}\"") });
        }
        Ok(())
    }
}

fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit('.').next()? {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}

/// The app's address without its slash.
pub async fn bare() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/app/")).finish()
}

/// A file of the app.
pub async fn file(files: web::Data<Files>, request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let name = if name.is_empty() { "index.html" } else { name.as_str() };
    let file = files.0.get(name).ok_or_else(Problem::not_found)?;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut answer = if header(IF_NONE_MATCH) == file.tag { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    // Asked about each time, sent only when it has changed: the service worker keeps the rest away from here.
    answer
        .content_type(file.kind)
        .insert_header(("cache-control", "no-cache"))
        .insert_header(("vary", "accept-encoding"))
        .insert_header((ETAG, file.tag.as_str()))
        .insert_header(("content-security-policy", POLICY));
    if header(IF_NONE_MATCH) == file.tag {
        return Ok(answer.finish());
    }
    let packed = file.brotli.as_ref().filter(|_| header(ACCEPT_ENCODING).split(',').any(|coding| coding.trim() == "br"));
    Ok(match packed {
        Some(packed) => answer.insert_header(("content-encoding", "br")).body(packed.clone()),
        None => answer.body(file.plain.clone()),
    })
}
