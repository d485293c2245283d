//! Lists of what lies right below a folder: how S3 and Azure are asked for one, and what they answer.

use super::ask::AskError;
use super::error::AnswerError;
use super::stores::{Access, Remote};
use crate::base::xml::{self, Elements};
use crate::sign::Stamp;
use crate::store::{LISTED_AT_ONCE, ListPart, Listed, Meta};
use http::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what `RFC 3986` calls unreserved: what is signed of a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Remote {
    /// The request for a part of the list of what lies right below `folder`: the first, or the one that begins at
    /// `cursor`. `None` if the server has no lists.
    pub fn list_request(
        &self,
        folder: &str,
        cursor: Option<&str>,
        now: Stamp,
    ) -> Result<Option<Request<()>>, AskError> {
        let count = LISTED_AT_ONCE.to_string();
        let (container, prefix) = self.within(folder);
        // In the order of their names, which is how they are signed.
        let query = match self.access {
            Access::Open => return Ok(None),
            Access::S3(_) => [
                ("continuation-token", cursor),
                ("delimiter", Some("/")),
                ("list-type", Some("2")),
                ("max-keys", Some(count.as_str())),
                ("prefix", Some(prefix)),
                ("", None),
            ],
            Access::AzureKey(_) | Access::AzureSas(_) => [
                ("comp", Some("list")),
                ("delimiter", Some("/")),
                ("marker", cursor),
                ("maxresults", Some(count.as_str())),
                ("prefix", Some(prefix)),
                ("restype", Some("container")),
            ],
        };
        let encoded = |value| utf8_percent_encode(value, ENCODED);
        let query = query.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query: Vec<String> =
            query.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let url = format!("{}{container}", self.base);
        self.signed(Method::GET, url, Some(query.join("&")), &[], now).map(Some)
    }

    /// What the server answered to that.
    pub fn list_part(&self, folder: &str, body: &[u8]) -> Result<ListPart, AnswerError> {
        let (_, prefix) = self.within(folder);
        let names = match self.access {
            Access::AzureKey(_) | Access::AzureSas(_) => &AZURE,
            Access::Open | Access::S3(_) => &S3,
        };
        names.part(prefix, body)
    }

    /// The path of the container that `folder` lies in, behind what URLs begin with, and what keys there begin with.
    fn within<'a>(&self, folder: &'a str) -> (String, &'a str) {
        match folder.split_once('/').filter(|_| self.takes_container) {
            Some((container, rest)) => {
                (format!("/{}", utf8_percent_encode(container, ENCODED)), rest)
            }
            None => (String::new(), folder),
        }
    }
}

/// Paths of the elements of a list, below that of an object.
struct Names {
    object: &'static str,
    key: &'static str,
    size: &'static str,
    etag: &'static str,
    cursor: &'static str,
}

const S3: Names = Names {
    object: "ListBucketResult/Contents",
    key: "Key",
    size: "Size",
    etag: "ETag",
    cursor: "ListBucketResult/NextContinuationToken",
};

const AZURE: Names = Names {
    object: "EnumerationResults/Blobs/Blob",
    key: "Name",
    size: "Properties/Content-Length",
    etag: "Properties/Etag",
    cursor: "EnumerationResults/NextMarker",
};

impl Names {
    fn part(&self, prefix: &str, body: &[u8]) -> Result<ListPart, AnswerError> {
        let text = xml::decode(body).map_err(AnswerError::List)?;
        let mut elements = Elements::new(&text);
        let (mut part, mut objects) = (ListPart::default(), Vec::<[String; 3]>::new());
        while let Some(element) = elements.read().map_err(AnswerError::List)? {
            if element.path == self.cursor {
                part.cursor = Some(element.whole_text()).filter(|cursor| !cursor.is_empty());
                continue;
            }
            match element.path.strip_prefix(self.object) {
                Some("") if objects.len() == LISTED_AT_ONCE => return Err(AnswerError::FullList),
                Some("") => objects.push(Default::default()),
                Some(inner) => {
                    let inner = inner.trim_start_matches('/');
                    let at = [self.key, self.size, self.etag].iter().position(|it| *it == inner);
                    let field = at.zip(objects.last_mut()).and_then(|(at, all)| all.get_mut(at));
                    if let Some(field) = field {
                        *field = element.whole_text();
                    }
                }
                None => {}
            }
        }
        let listed = objects.iter().filter_map(|[key, size, etag]| {
            let (name, etag) = (key.strip_prefix(prefix)?, etag.trim_matches('"'));
            let is_member = !name.is_empty() && !name.contains('/') && !etag.is_empty();
            let meta = Meta { size: size.parse().ok()?, etag: etag.to_owned() };
            is_member.then(|| Listed { name: name.to_owned(), meta })
        });
        part.listed = listed.collect();
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::{Store, Stores};

    fn remote(text: &str) -> Remote {
        let secrets = |_: &str| Some("c2VjcmV0".to_owned());
        match Stores::parse(text, &secrets).unwrap().find("").unwrap().0 {
            Store::Remote(remote) => remote.clone(),
            Store::R2(_) => panic!("a server"),
        }
    }

    fn s3() -> Remote {
        remote(
            r#"[{"prefix": "", "s3": {"endpoint": "https://s3.example.com", "bucket": "films", "region": "r",
            "access_key_id": "A", "secret_access_key": "B"}}]"#,
        )
    }

    fn azure(more: &str) -> Remote {
        remote(&format!(r#"[{{"prefix": "", "azure": {{"account": "me"{more}}}}}]"#))
    }

    fn asked(remote: &Remote, cursor: Option<&str>) -> String {
        let asked = remote.list_request("asset 1/video/", cursor, Stamp::from_unix_ms(0));
        asked.unwrap().unwrap().uri().to_string()
    }

    #[test]
    fn each_is_asked_in_its_own_words() {
        let list = "delimiter=%2F&list-type=2&max-keys=1000&prefix=asset%201%2Fvideo%2F";
        assert_eq!(asked(&s3(), None), format!("https://s3.example.com/films?{list}"));
        assert_eq!(
            asked(&s3(), Some("a/b=")),
            format!("https://s3.example.com/films?continuation-token=a%2Fb%3D&{list}")
        );
        let rest = "restype=container";
        assert_eq!(
            asked(&azure(r#", "container": "films", "sas": "SAS""#), Some("2!")),
            format!(
                "https://me.blob.core.windows.net/films?comp=list&delimiter=%2F&marker=2%21&\
                 maxresults=1000&prefix=asset%201%2Fvideo%2F&{rest}&c2VjcmV0"
            )
        );
        assert_eq!(
            asked(&azure(r#", "key": "KEY""#), None),
            format!(
                "https://me.blob.core.windows.net/asset%201?comp=list&delimiter=%2F&\
                 maxresults=1000&prefix=video%2F&{rest}"
            )
        );
        let http = remote(r#"[{"prefix": "", "http": {"url": "https://host"}}]"#);
        assert!(http.list_request("a/", None, Stamp::from_unix_ms(0)).unwrap().is_none());
    }

    fn told(remote: &Remote, body: &str) -> (Vec<(String, u64, String)>, Option<String>) {
        let part = remote.list_part("a&b/video/", body.as_bytes()).unwrap();
        let listed = part.listed.into_iter().map(|it| (it.name, it.meta.size, it.meta.etag));
        (listed.collect(), part.cursor)
    }

    #[test]
    fn each_answers_in_its_own_words() {
        let body = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
            <IsTruncated>true</IsTruncated><Prefix>a&amp;b/video/</Prefix>\
            <NextContinuationToken>n/=</NextContinuationToken>\
            <Contents><Key>a&amp;b/video/header</Key><ETag>&quot;e-1&quot;</ETag><Size>9</Size></Contents>\
            <Contents><Key>a&amp;b/video/0</Key><ETag>\"e2\"</ETag><Size>7</Size></Contents>\
            <Contents><Key>a&amp;b/video/deep/0</Key><ETag>\"e3\"</ETag><Size>7</Size></Contents>\
            <Contents><Key>a&amp;b/video/</Key><ETag>\"e4\"</ETag><Size>0</Size></Contents>\
            <CommonPrefixes><Prefix>a&amp;b/video/deep/</Prefix></CommonPrefixes></ListBucketResult>";
        let object = |name: &str, size, etag: &str| (name.to_owned(), size, etag.to_owned());
        let listed = vec![object("header", 9, "e-1"), object("0", 7, "e2")];
        assert_eq!(told(&s3(), body), (listed, Some("n/=".to_owned())));
        let body = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs><Blob>\
            <Name>a&amp;b/video/0</Name><Properties><Etag>0x8D</Etag><Content-Length>7</Content-Length></Properties>\
            </Blob><BlobPrefix><Name>a&amp;b/video/deep/</Name></BlobPrefix></Blobs><NextMarker />\
            </EnumerationResults>";
        let inside = azure(r#", "container": "films", "sas": "SAS""#);
        assert_eq!(told(&inside, body), (vec![object("0", 7, "0x8D")], None));
        let wrong = s3().list_part("a/", b"<Error>");
        assert!(matches!(wrong, Err(AnswerError::List(_))), "{wrong:?}");
    }

    /// A list of `count` objects of S3, each with `fields` behind its number.
    fn listed(count: usize, fields: &str) -> String {
        let object = |at| {
            format!("<Contents><Key>a&amp;b/video/{at}</Key><ETag>e</ETag>{fields}</Contents>")
        };
        let objects: String = (0..count).map(object).collect();
        format!("<ListBucketResult>{objects}</ListBucketResult>")
    }

    #[test]
    fn no_part_has_more_than_was_asked_for() {
        assert_eq!(told(&s3(), &listed(1000, "<Size>7</Size>")).0.len(), 1000);
        let more = s3().list_part("a&b/video/", listed(1001, "<Size>7</Size>").as_bytes());
        assert_eq!(more, Err(AnswerError::FullList));
    }

    #[test]
    fn what_no_object_can_be_is_left_out_and_what_is_no_list_is_refused() {
        for fields in
            ["", "<Size>-1</Size>", "<Size>18446744073709551616</Size>", "<Size>1e3</Size>"]
        {
            assert_eq!(told(&s3(), &listed(2, fields)), (vec![], None), "{fields}");
        }
        let deep = format!("{}{}", "<a>".repeat(17), "</a>".repeat(17));
        let entity = "<!DOCTYPE l [<!ENTITY e 'x'>]><ListBucketResult/>";
        let endless = "<ListBucketResult><Contents><Key>".to_owned();
        for body in [deep, entity.to_owned(), endless, String::new(), "\0".to_owned()] {
            let wrong = s3().list_part("a/", body.as_bytes());
            assert!(matches!(wrong, Err(AnswerError::List(_))), "{body}: {wrong:?}");
        }
    }
}
