//! Objects as they lie in the store, their properties still text: what long lists are made of, where most objects are
//! looked at for one property or none.

use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value};

use crate::read::Reader;
use crate::{Match, Object, ObjectId, Store, StoreError};

/// An object whose properties have not been read out of their text.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: ObjectId,
    pub container: Box<str>,
    pub name: Box<str>,
    properties: Box<str>,
    /// Milliseconds since 1970, UTC.
    pub created: i64,
    pub changed: i64,
    row: i64,
}

/// Records of a list, and where the next part begins.
pub struct RecordPage {
    pub records: Vec<Record>,
    /// Pass it on to read further; `None` at the end.
    pub next: Option<i64>,
}

impl Record {
    /// One property; `None` when it is not stored.
    pub fn property(&self, name: &str) -> Option<Value> {
        serde_json::from_str(member(&self.properties, name)?).ok()
    }

    /// A property's text; `None` when it is absent or no text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.property(name)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole object; `noun` is the one that was asked for.
    pub fn object(&self, noun: &str) -> Result<Object, StoreError> {
        let properties: Map<String, Value> = serde_json::from_str(&self.properties)
            .map_err(|source| StoreError::Properties { id: self.id.to_string(), source })?;
        Ok(Object {
            id: self.id,
            noun: noun.to_owned(),
            container: self.container.to_string(),
            key: crate::object::fold(&self.name),
            name: self.name.to_string(),
            properties,
            created: self.created,
            changed: self.changed,
            row: self.row,
        })
    }
}

/// From how many places on the file is mapped.
const MANY: usize = 100;

/// From how many places on a list is read by two threads.
const LONG: usize = 1000;

/// A gigabyte of the file; what lies behind it is read as ever.
const REACH: i64 = 1 << 30;

/// A connection that reads the file where the system keeps it, until this is dropped: the memory of the process stays small.
struct Mapped<'a>(&'a Connection);

impl<'a> Mapped<'a> {
    fn over(connection: &'a Connection) -> Mapped<'a> {
        reach(connection, REACH);
        Mapped(connection)
    }
}

impl Drop for Mapped<'_> {
    fn drop(&mut self) {
        reach(self.0, 0);
    }
}

/// Where the file can't be mapped it is read as ever.
fn reach(connection: &Connection, bytes: i64) {
    let _ = connection.pragma_update(None, "mmap_size", bytes);
}

const COLUMNS: &str = "o.row, o.id, o.container, o.name, o.properties, o.created, o.changed";

impl Reader<'_> {
    /// Objects of `noun` in order of creation, at most `limit`, beginning after `after` (0 for the first).
    pub fn records(&self, noun: &str, after: i64, limit: usize) -> Result<RecordPage, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM object o INDEXED BY object_noun WHERE o.noun = ? AND o.row > ? ORDER BY o.row LIMIT ?"
        ))?;
        let mut rows = statement.query(params![noun, after, i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(self.record(row)?);
        }
        let next = if records.len() == limit { records.last().map(|r| r.row) } else { None };
        Ok(RecordPage { records, next })
    }

    /// The places of the objects of `noun` whose indexed property matches, in order of creation; for `records_at`.
    pub fn places(&self, noun: &str, property: &str, value: &Match) -> Result<Vec<i64>, StoreError> {
        let (from, until) = match value {
            Match::Is(text) => (crate::object::fold(text), None),
            Match::Begins(text) => {
                let from = crate::object::fold(text);
                let until = format!("{from}\u{10FFFF}");
                (from, Some(until))
            }
        };
        let sql = match &until {
            None => "SELECT object FROM attribute WHERE noun = ? AND property = ? AND value = ?",
            Some(_) => "SELECT object FROM attribute WHERE noun = ? AND property = ? AND value >= ? AND value < ?",
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = match &until {
            None => statement.query(params![noun, property, from])?,
            Some(until) => statement.query(params![noun, property, from, until])?,
        };
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            places.push(row.get::<_, i64>(0)?);
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    /// The objects at places; those that are gone since are left out.
    pub fn records_at(&self, places: &[i64]) -> Result<Vec<Record>, StoreError> {
        // Each place may lie on a page of its own that is looked at once. Many of them are read where the system keeps the
        // file: copying every page through the cache takes half the time of such a list.
        let _mapped = (places.len() >= MANY).then(|| Mapped::over(self.connection));
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM object o WHERE o.row = ?"))?;
        let mut records = Vec::with_capacity(places.len());
        for place in places {
            let mut rows = statement.query(params![place])?;
            if let Some(row) = rows.next()? {
                records.push(self.record(row)?);
            }
        }
        drop(statement);
        Ok(records)
    }

    fn record(&self, row: &Row) -> Result<Record, StoreError> {
        let text =
            |at: usize| -> Result<Box<str>, StoreError> { Ok(row.get_ref(at)?.as_str().unwrap_or_default().into()) };
        let id = ObjectId::from_slice(row.get_ref(1)?.as_blob().unwrap_or_default()).unwrap_or_default();
        let properties = self.clear(id, row.get_ref(4)?.as_str().unwrap_or_default())?.into();
        Ok(Record {
            row: row.get(0)?,
            id,
            container: text(2)?,
            name: text(3)?,
            properties,
            created: row.get(5)?,
            changed: row.get(6)?,
        })
    }
}

impl Store {
    /// The objects at places; those that are gone since are left out. Two threads read a long list, each on a connection of its
    /// own: nearly every object of it lies on a page of its own, and what takes the time is to fetch them.
    pub fn records_at(&self, places: &[i64]) -> Result<Vec<Record>, StoreError> {
        if places.len() < LONG {
            return self.read(|reader| reader.records_at(places));
        }
        let (near, far) = places.split_at(places.len() / 2);
        let beside = || {
            let connection = crate::connect(&self.inner.path)?;
            Reader::new(&connection, &self.inner.keys).records_at(far)
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(beside);
            let records = self.read(|reader| reader.records_at(near));
            let more = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let mut records = records?;
            records.extend(more?);
            Ok(records)
        })
    }
}

/// The text of one member of a JSON object, without reading the others. Names of properties hold nothing that is escaped.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    at = skip_space(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let after = skip_text(bytes, at)?;
        let is_wanted = text.get(at + 1..after - 1)? == name;
        at = skip_space(bytes, after);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        let from = skip_space(bytes, at + 1);
        at = skip_value(bytes, from)?;
        if is_wanted {
            return text.get(from..at);
        }
        at = skip_space(bytes, at);
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at = skip_space(bytes, at + 1);
    }
    None
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Behind the text that begins with the quotation mark at `at`.
fn skip_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Behind the value that begins at `at`.
fn skip_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = skip_text(bytes, at)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                if depth == 0 {
                    return Some(at);
                }
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use crate::testing::Temporary;

    #[test]
    fn members_are_found_in_the_text() {
        let text = r#"{"A": "x\"y\\", "Nested":{"B":[1,{"C":"}"}]},"B":-12.5e3 ,"List":["a","b"],"E":"","T":true}"#;
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(member(text, name).map(str::trim), expected, "{name}");
        };
        check("A", Some(r#""x\"y\\""#));
        check("Nested", Some(r#"{"B":[1,{"C":"}"}]}"#));
        check("B", Some("-12.5e3"));
        check("List", Some(r#"["a","b"]"#));
        check("E", Some("\"\""));
        check("T", Some("true"));
        check("C", None);
        assert_eq!(member("{}", "A"), None);
        assert_eq!(member("{\"A", "A"), None);
    }

    #[test]
    fn lists_by_pages_and_by_places() {
        let t = Temporary::new("records");
        for n in 0..5 {
            let draft = Draft::new("CsUser", "", &format!("U{n}")).found_by("LineURI", &format!("tel:+{}", 10 + n % 2));
            t.store.write(|w| w.insert(draft.clone())).unwrap();
        }
        t.store
            .read(|r| {
                let page = r.records("CsUser", 0, 3)?;
                assert_eq!((page.records.len(), &*page.records[2].name), (3, "U2"));
                assert_eq!(r.records("CsUser", page.next.unwrap(), 3)?.records.len(), 2);
                let places = r.places("CsUser", "LineURI", &Match::Begins("TEL:+1".into()))?;
                assert_eq!(places.len(), 5);
                let places = r.places("CsUser", "LineURI", &Match::Is("tel:+11".into()))?;
                let found = r.records_at(&places)?;
                assert_eq!((found.len(), found[0].text("LineURI").as_deref()), (2, Some("tel:+11")));
                assert_eq!(found[0].object("CsUser")?.name, "U1");
                Ok(())
            })
            .unwrap();
    }
}
