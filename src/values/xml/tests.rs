use super::*;

fn doc(text: &str) -> XmlNode {
    let d = XmlNode::document();
    d.load(text).unwrap();
    d
}

#[test]
fn errors() {
    for (text, want) in [
        ("x", "Data at the root level is invalid. Line 1, position 1."),
        ("<a>1</b>", "The 'a' start tag on line 1 position 2 does not match the end tag of 'b'. Line 1, position 7."),
        ("<a>1", "Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 5."),
        ("<a/><b/>", "There are multiple root elements. Line 1, position 6."),
        ("<a>&x;</a>", "Reference to undeclared entity 'x'. Line 1, position 5."),
        ("<a b=1/>", "'1' is an unexpected token. The expected token is '\"' or '''. Line 1, position 6."),
        ("<a b='1' b='2'/>", "'b' is a duplicate attribute name. Line 1, position 10."),
        ("<p:a/>", "'p' is an undeclared prefix. Line 1, position 2."),
        ("<1a/>", "Name cannot begin with the '1' character, hexadecimal value 0x31. Line 1, position 2."),
        (
            "<a>\n<b></a>",
            "The 'b' start tag on line 2 position 2 does not match the end tag of 'a'. Line 2, position 6.",
        ),
    ] {
        assert_eq!(XmlNode::document().load(text).unwrap_err().to_string(), want, "{text}");
    }
}

#[test]
fn reading_and_writing() {
    let d = doc("<?xml version='1.0'?><r v=\"1\"><i n='a'>x &lt; y</i><e/><f></f><![CDATA[1<2]]><!--c--></r>");
    assert_eq!(
        d.outer_xml(),
        "<?xml version=\"1.0\"?><r v=\"1\"><i n=\"a\">x &lt; y</i><e /><f></f><![CDATA[1<2]]><!--c--></r>"
    );
    let r = d.document_element().unwrap();
    assert_eq!((r.children().len(), r.inner_text().as_str(), r.get_attribute("v").as_str()), (5, "x < y1<2", "1"));
    let d = doc("<a>\n  <b>1</b>\n  <c><d/></c>\n</a>");
    assert_eq!(d.outer_xml(), "<a><b>1</b><c><d /></c></a>");
    assert_eq!(d.save(None), "<a>\n  <b>1</b>\n  <c>\n    <d />\n  </c>\n</a>");
    let p = XmlNode::document();
    p.set_preserve_whitespace(true);
    p.load("<a> <b/>\n</a>").unwrap();
    assert_eq!(p.outer_xml(), "<a> <b />\n</a>");
}

#[test]
fn changing() {
    let d = doc("<a xmlns:p=\"urn:p\"/>");
    let a = d.document_element().unwrap();
    let b = d.create_element("p:b", "urn:p").unwrap();
    a.append_child(&b).unwrap();
    b.set_attribute("k", "1\"2").unwrap();
    let c = d.create_element("c", "urn:q").unwrap();
    b.append_child(&c).unwrap();
    assert_eq!(a.outer_xml(), "<a xmlns:p=\"urn:p\"><p:b k=\"1&quot;2\"><c xmlns=\"urn:q\" /></p:b></a>");
    b.set_inner_xml("<x/>t").unwrap();
    assert_eq!(b.inner_xml(), "<x />t");
    b.set_inner_text("<");
    assert_eq!(b.inner_xml(), "&lt;");
    let copy = d.clone_node(true);
    a.remove_child(&b).unwrap();
    assert_eq!(a.outer_xml(), "<a xmlns:p=\"urn:p\"></a>");
    assert!(copy.outer_xml().contains("p:b"));
    let other = doc("<z><y/></z>");
    assert_eq!(a.append_child(&other.document_element().unwrap()), Err(XmlFault::OtherDocument));
    a.append_child(&d.import(&other.document_element().unwrap(), true)).unwrap();
    assert_eq!(a.inner_xml(), "<z><y /></z>");
    assert_eq!(a.append_child(&d), Err(XmlFault::Ancestor));
    assert!(d.create_element("1", "").is_err());
}

#[test]
fn xpath() {
    let d = doc("<r v='1'><i n='a'>x</i><i n='b'><s>5</s></i><e/><t>txt</t><!--c--></r>");
    let one = |e: &str| {
        d.select_nodes(e, None)
            .map(|v| v.iter().map(XmlNode::outer_xml).collect::<Vec<_>>().join("|"))
            .unwrap_or_else(|e| e.to_string())
    };
    for (e, want) in [
        ("//i[@n='b']", "<i n=\"b\"><s>5</s></i>"),
        ("//@n", "n=\"a\"|n=\"b\""),
        ("/r/*[last()]", "<t>txt</t>"),
        ("//s/ancestor::i", "<i n=\"b\"><s>5</s></i>"),
        ("//i[2]/preceding-sibling::*", "<i n=\"a\">x</i>"),
        ("//t | //e", "<e />|<t>txt</t>"),
        ("//i[not(s)]", "<i n=\"a\">x</i>"),
        ("//*[starts-with(name(), 't')]/text()", "txt"),
        ("(//i)[1]", "<i n=\"a\">x</i>"),
        ("//comment()", "<!--c-->"),
        ("/a[", "Expression must evaluate to a node-set."),
        (
            "//p:x",
            "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.",
        ),
        ("//i[position() mod 2 = 0]/@n", "n=\"b\""),
    ] {
        assert_eq!(one(e), want, "{e}");
    }
    let value = |e: &str| d.evaluate(e, None).unwrap();
    assert_eq!(value("count(//i) + 1"), XPathValue::Number(3.0));
    assert_eq!(value("concat('a', substring('12345', 2, 3))"), XPathValue::String("a234".into()));
    assert_eq!(value("string(//s * 2 div 4)"), XPathValue::String("2.5".into()));
    assert_eq!(value("translate('bar','abc','AB')"), XPathValue::String("BAr".into()));
    assert_eq!(value("normalize-space('  a  b ')"), XPathValue::String("a b".into()));
    assert_eq!(value("//s > 4 and round(-2.5) = -2"), XPathValue::Boolean(true));
    let n = doc("<a xmlns='urn:x'><b>1</b></a>");
    let map: Namespaces = [("x".to_string(), "urn:x".to_string())].into_iter().collect();
    assert!(n.select_single_node("//b", None).unwrap().is_none());
    assert_eq!(n.select_single_node("//x:b", Some(&map)).unwrap().unwrap().inner_text(), "1");
}
