//! A small mustache: `{{x}}` escaped, `{{{x}}}` as it is, `{{#x}}…{{/x}}` for each or if there,
//! `{{^x}}…{{/x}}` if not. Never fails: an unknown name is empty.

use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    List(Vec<Context>),
}

/// The names a template may use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context(BTreeMap<String, Value>);

impl Context {
    pub(crate) fn text(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), Value::Text(value.into()));
    }

    pub(crate) fn list(&mut self, name: &str, items: Vec<Context>) {
        self.0.insert(name.to_owned(), Value::List(items));
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

/// Fills `template` from `context`.
pub(crate) fn render(template: &str, context: &Context) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    render_into(template, &[context], &mut out);
    out
}

fn render_into(template: &str, scopes: &[&Context], out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        if let Some((name, next)) = after.strip_prefix('{').and_then(|a| a.split_once("}}}")) {
            out.push_str(text_of(find(scopes, name.trim())));
            rest = next;
            continue;
        }
        let Some((tag, next)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        rest = match tag.split_at_checked(1) {
            Some((mark @ ("#" | "^"), name)) => block(mark, name, next, scopes, out),
            _ => {
                out.push_str(&escape(text_of(find(scopes, tag.trim()))));
                next
            }
        };
    }
    out.push_str(rest);
}

/// Renders one block and gives what follows it.
fn block<'t>(
    mark: &str,
    name: &str,
    after: &'t str,
    scopes: &[&Context],
    out: &mut String,
) -> &'t str {
    let end = format!("{{{{/{name}}}}}");
    let (inner, next) = after.split_once(&end).unwrap_or((after, ""));
    let value = find(scopes, name);
    match value {
        Some(Value::List(items)) if mark == "#" => {
            for item in items {
                let inside: Vec<&Context> =
                    std::iter::once(item).chain(scopes.iter().copied()).collect();
                render_into(inner, &inside, out);
            }
        }
        Some(Value::List(items)) => {
            if items.is_empty() {
                render_into(inner, scopes, out);
            }
        }
        _ => {
            if text_of(value).is_empty() == (mark == "^") {
                render_into(inner, scopes, out);
            }
        }
    }
    next
}

fn find<'c>(scopes: &[&'c Context], name: &str) -> Option<&'c Value> {
    scopes.iter().find_map(|scope| scope.get(name))
}

fn text_of(value: Option<&Value>) -> &str {
    match value {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// `text` as it may stand in HTML and XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_repeat_vanish_and_see_outer_names() {
        let mut item = Context::default();
        item.text("name", "a & b");
        let mut context = Context::default();
        context.text("home", "/");
        context.list("items", vec![item.clone(), item]);
        let template =
            "{{#items}}<a href={{home}}>{{name}}</a>{{/items}}{{#no}}x{{/no}}{{^no}}y{{/no}}";
        let link = "<a href=/>a &amp; b</a>";
        assert_eq!(render(template, &context), format!("{link}{link}y"));
    }
}
