//! Persons: an element with name, mail and page, or a line such as "jan@example.org (Jan Doe)".

use super::{Parser, push_part};
use crate::feed::Person;
use crate::xml::reader::Shape;
use crate::xml::token::Tag;

impl<'a> Parser<'a> {
    pub(super) fn person(&mut self, tag: &Tag<'a>) -> Option<Person> {
        let inside = self.reader.inside(tag);
        if inside.shape != Shape::Elements {
            return parse_person(&self.reader.flat(&inside));
        }
        let mut person = Person::default();
        for (field, local, value) in self.reader.fields(&inside) {
            if value.is_empty() {
                continue;
            }
            match local.as_str() {
                "name" => person.name = Some(value),
                "email" => person.email = Some(value),
                "uri" | "url" | "homepage" => {
                    let mark = self.reader.begin(&field);
                    person.url = self.resolve(&value);
                    self.reader.end(mark);
                }
                _ => {}
            }
        }
        if person == Person::default() {
            return parse_person(&self.reader.flat(&inside));
        }
        if person.email.is_none()
            && let Some(read) = person.name.as_deref().and_then(parse_person)
        {
            person.name = read.name.or(person.name);
            person.email = read.email;
        }
        Some(person)
    }

    pub(super) fn add_person(&mut self, tag: &Tag<'a>, persons: &mut Vec<Person>) {
        if let Some(person) = self.person(tag)
            && !persons.contains(&person)
        {
            push_part(persons, person);
        }
    }
}

/// Reads "Jan Doe (jan@example.org)", "jan@example.org (Jan Doe)", "Jan Doe <jan@example.org>" or
/// a bare name or address.
pub(super) fn parse_person(raw: &str) -> Option<Person> {
    let raw = raw.trim();
    if raw.is_empty() {
        return None;
    }
    let Some((start, end)) = find_mail(raw) else {
        return Some(Person { name: Some(raw.to_owned()), ..Person::default() });
    };
    let email = raw.get(start..end)?.to_owned();
    let rest = format!("{} {}", raw.get(..start)?, raw.get(end..)?);
    let rest = rest.replace("()", "").replace("<>", "").replace("[]", "").replace("mailto:", "");
    let name = rest.trim_matches(|c: char| c.is_whitespace() || "(),<>\"&;:-".contains(c));
    let name = (!name.is_empty()).then(|| name.to_owned());
    Some(Person { name, email: Some(email), url: None })
}

/// Where a mail address stands in a line.
fn find_mail(raw: &str) -> Option<(usize, usize)> {
    let at = raw.find('@')?;
    let is_local = |c: char| c.is_alphanumeric() || "._%+-!#$'*/=?^`{|}~".contains(c);
    let before = raw.get(..at)?;
    let start = before.rfind(|c: char| !is_local(c)).map_or(0, |i| {
        i + before.get(i..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let domain = raw.get(at + 1..)?;
    let len = domain
        .find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-'))
        .unwrap_or(domain.len());
    let len = domain.get(..len)?.trim_end_matches(['.', '-']).len();
    (start < at && len > 0).then_some((start, at + 1 + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, name: &str, email: &str) {
        let person = parse_person(raw).unwrap();
        assert_eq!(person.name.as_deref().unwrap_or_default(), name);
        assert_eq!(person.email.as_deref().unwrap_or_default(), email);
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        check("Jan Doe (jan@example.org)", "Jan Doe", "jan@example.org");
        check("jan@example.org (Jan Doe)", "Jan Doe", "jan@example.org");
        check("Jan Doe <jan+news@example.org>", "Jan Doe", "jan+news@example.org");
        check("jan@example.org", "", "jan@example.org");
        check("Jan Doe", "Jan Doe", "");
        check("گروه سیاسی", "گروه سیاسی", "");
        check("@newsroom", "@newsroom", "");
    }
}
