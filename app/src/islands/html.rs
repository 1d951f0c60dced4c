//! A request's stretches as markup, the same on the server and in the browser. Everything is escaped here: the text is
//! whatever an administrator types.

use sms::{Segment, SegmentKind};

/// Text as it may stand between tags and in quoted attributes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The request line, headers and body, keys dotted, each placeholder's value marked.
#[must_use]
pub fn request(segments: &[Segment]) -> String {
    let mut out = String::new();
    for (at, segment) in segments.iter().enumerate() {
        let (open, close) = match segment.kind {
            // the first stretch is the method
            SegmentKind::Plain if at == 0 => ("<b>", "</b>"),
            SegmentKind::Plain => ("", ""),
            SegmentKind::HeaderName => (r#"<span class="key">"#, "</span>"),
            SegmentKind::Number => (r#"<mark class="number">"#, "</mark>"),
            SegmentKind::Message | SegmentKind::Code => (r#"<mark class="message">"#, "</mark>"),
            SegmentKind::Secret | SegmentKind::LiteralSecret => (r#"<span class="secret">"#, "</span>"),
        };
        out.push_str(open);
        // a CR would be shown as a second line break
        out.push_str(&escaped(segment.shown()).replace('\r', ""));
        out.push_str(close);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str, headers: &str) -> String {
        let settings = sms::Settings {
            url: url.into(),
            headers: headers.into(),
            method: sms::Method::Get,
            ..Default::default()
        };
        let template = sms::compile(&settings).template.unwrap();
        let values = sms::Values {
            number: "+94771234567",
            code: "482913",
            minutes: 5,
            site: None,
        };
        request(&template.preview(&values).segments)
    }

    #[test]
    fn values_are_marked_and_keys_are_dotted() {
        let html = shown(
            "https://sms.example/send?to=&num&text=&otp",
            "Authorization: Bearer abc123",
        );
        assert!(html.starts_with("<b>GET </b>"), "{html}");
        assert!(html.contains(r#"<mark class="number">%2B94771234567</mark>"#), "{html}");
        assert!(html.contains(r#"<mark class="message">482913</mark>"#), "{html}");
        assert!(
            html.contains(r#"<span class="key">Authorization</span>"#) && !html.contains("abc123"),
            "{html}"
        );
    }

    #[test]
    fn what_is_typed_never_becomes_markup() {
        let html = shown(
            "https://sms.example/send?to=&num",
            "X-Note: <script>alert('1')</script> \"&\"",
        );
        assert!(
            html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &quot;&amp;&quot;"),
            "{html}"
        );
    }
}
