//! Requests of clients, read from the access logs of origins and of what stands in front of them.

use serde_json::Value;

/// A request in a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    /// Path and query, as they were sent.
    pub(super) path: String,
    /// What was answered, if the log says so.
    pub(super) status: Option<u16>,
}

/// A log that is being read: what its columns are may change on the way.
#[derive(Default)]
pub(super) struct Log {
    columns: Vec<String>,
}

impl Log {
    /// The request in a line; `None` if it holds none of GET or HEAD.
    pub(super) fn read(&mut self, line: &str) -> Option<Asked> {
        let line = line.trim();
        if let Some(names) = line.strip_prefix("#Fields:") {
            self.columns = names.split_whitespace().map(str::to_ascii_lowercase).collect();
            return None;
        }
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        if line.starts_with('{') {
            return of_json(&serde_json::from_str(line).ok()?);
        }
        if !self.columns.is_empty() {
            return self.of_columns(line);
        }
        of_analytics(line).or_else(|| of_web_server(line))
    }

    /// W3C's extended format: IIS, CloudFront, Azure CDN.
    fn of_columns(&self, line: &str) -> Option<Asked> {
        let is_tabbed = line.contains('\t');
        let cells: Vec<&str> = match is_tabbed {
            true => line.split('\t').collect(),
            false => line.split_whitespace().collect(),
        };
        let of = |wanted: &[&str]| {
            let at = self.columns.iter().position(|name| wanted.contains(&name.as_str()))?;
            cells.get(at).copied().filter(|cell| *cell != "-")
        };
        if of(&["cs-method"]).is_some_and(|method| !is_read(method)) {
            return None;
        }
        let stem = of(&["cs-uri-stem", "cs-uri", "cs(uri-stem)"])?;
        let query = of(&["cs-uri-query"]).map(|query| format!("?{query}")).unwrap_or_default();
        let status = of(&["sc-status"]).and_then(|status| status.rsplit('/').next()?.parse().ok());
        Some(Asked { path: format!("{}{query}", path_of(stem)?), status })
    }
}

/// A line of JSON, as Azure Monitor, Front Door and Cloudflare write it.
fn of_json(line: &Value) -> Option<Asked> {
    let inner = line.get("properties").unwrap_or(&Value::Null);
    let of = |names: &[&str]| {
        names.iter().find_map(|name| line.get(name).or(inner.get(name)).filter(|it| !it.is_null()))
    };
    let method = of(&["ClientRequestMethod", "httpMethod", "method", "requestMethod"]);
    if method.and_then(Value::as_str).is_some_and(|method| !is_read(method)) {
        return None;
    }
    let uri =
        of(&["ClientRequestURI", "requestUri", "requestUrl", "uri", "url", "path"])?.as_str()?;
    let status =
        of(&["EdgeResponseStatus", "httpStatusCode", "statusCode", "httpStatus", "status"]);
    let status = status
        .and_then(|it| it.as_u64().map(|it| it.to_string()).or(it.as_str().map(str::to_owned)));
    Some(Asked { path: path_of(uri)?, status: status.and_then(|status| status.parse().ok()) })
}

/// Azure Storage Analytics: cells between semicolons; the fifth is the status, and the first that is an address in
/// quotes what was asked for.
fn of_analytics(line: &str) -> Option<Asked> {
    let cells: Vec<&str> = line.split(';').collect();
    let is_version = cells.first().is_some_and(|first| matches!(*first, "1.0" | "2.0"));
    if !is_version || !cells.get(2)?.starts_with("GetBlob") {
        return None;
    }
    let url = line.split('"').find(|quoted| quoted.starts_with("http"));
    let url = url?.replace("&amp;", "&");
    Some(Asked {
        path: path_of(&url)?,
        status: cells.get(4).and_then(|status| status.parse().ok()),
    })
}

/// The common format of web servers, and what is like it: the request line is in quotes, the status behind it.
fn of_web_server(line: &str) -> Option<Asked> {
    let mut quoted = line.split('"').skip(1);
    let mut request = quoted.next()?.split_whitespace();
    let path = request.next().filter(|method| is_read(method)).and_then(|_| request.next())?;
    let status = quoted.next().and_then(|rest| rest.split_whitespace().next());
    Some(Asked { path: path_of(path)?, status: status.and_then(|status| status.parse().ok()) })
}

fn is_read(method: &str) -> bool {
    method.eq_ignore_ascii_case("GET") || method.eq_ignore_ascii_case("HEAD")
}

/// What stands behind the host of an address, or is a path by itself.
fn path_of(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.get(rest.find('/')?..)?,
        None => address,
    };
    path.starts_with('/').then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `line` comes to in a log with these columns, if any.
    fn read(fields: &str, line: &str) -> Option<(String, Option<u16>)> {
        let mut log = Log::default();
        assert_eq!(log.read(fields), None);
        log.read(line).map(|asked| (asked.path, asked.status))
    }

    #[test]
    fn logs_of_every_kind_are_read() {
        let iis = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                   cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken";
        let cdn = "#Fields: timestamp time-taken c-ip filesize s-ip s-port sc-status sc-bytes cs-method \
                   cs-uri-stem - rs-duration rs-bytes";
        for (fields, line, path, status) in [
            (
                iis,
                "2026-11-01 00:00:01 10.0.0.1 GET /a.ism/Manifest - 80 - 10.0.0.2 Roku 200 0 0 15",
                "/a.ism/Manifest",
                200,
            ),
            (
                iis,
                "2026-11-01 00:00:01 10.0.0.1 GET /a.ism/Manifest x=1 80 - 10.0.0.2 Roku 404 0 2 15",
                "/a.ism/Manifest?x=1",
                404,
            ),
            (
                cdn,
                "1790000000 0 1.2.3.4 500 5.6.7.8 80 TCP_HIT/200 600 GET http://wpc.example.net/80/a.ism/Manifest - 0 500",
                "/80/a.ism/Manifest",
                200,
            ),
            (
                "",
                r#"1.0;2026-11-01T00:00:00.0Z;GetBlob;Success;200;3;3;anonymous;;acct;blob;"https://acct.blob.core.windows.net:443/c/a.mp4?sv=1&amp;x=2";"/acct/c/a.mp4""#,
                "/c/a.mp4?sv=1&x=2",
                200,
            ),
            (
                "",
                r#"{"time":"x","properties":{"httpMethod":"GET","requestUri":"https://h:443/a.ism/Manifest","httpStatusCode":"200"}}"#,
                "/a.ism/Manifest",
                200,
            ),
            (
                "",
                r#"{"ClientRequestMethod":"GET","ClientRequestURI":"/a.mpd","EdgeResponseStatus":304}"#,
                "/a.mpd",
                304,
            ),
            (
                "",
                r#"1.2.3.4 - - [01/Nov/2026:00:00:00 +0000] "GET /a%20b.ism/Manifest HTTP/1.1" 206 12 "-" "x""#,
                "/a%20b.ism/Manifest",
                206,
            ),
        ] {
            assert_eq!(read(fields, line), Some((path.to_owned(), Some(status))), "{line}");
        }
        for line in [
            "2026-11-01 00:00:01 10.0.0.1 POST /a.ism/Manifest - 80 - 10.0.0.2 Roku 200 0 0 15",
            "# a remark",
            "2026-11-01",
        ] {
            assert_eq!(read(iis, line), None, "{line}");
        }
        for line in
            ["", "no request", "{", r#""POST /a HTTP/1.1" 200"#, "1.0;x;PutBlob;Success;201"]
        {
            assert_eq!(read("", line), None, "{line}");
        }
    }
}
