//! Elements that are all of one type, whatever their tag, attributes and children.
//!
//! Each shape that is written with `view!` is compiled by itself and costs every first visit kilobytes. What few open, and what is
//! only text, is put together from these instead.

use crate::web::component::choice_dialog::follow;
use leptos::ev;
use leptos::html::{Dialog, custom};
use leptos::prelude::*;
use leptos::tachys::html::directive::DirectiveAttribute;
use web_sys::Element;

/// Names and values; a blank value leaves the attribute out, and takes it away when the part is shown anew, but for `value` itself.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

type Owned = Vec<(&'static str, String)>;

fn owned(attributes: Attributes) -> Owned {
    attributes.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn set(element: Element, attributes: Owned) {
    // What is being typed when another value's answer comes stays.
    let is_typed = element.matches("input:focus,textarea:focus").unwrap_or(false);
    for (name, value) in attributes {
        if name == "value" && is_typed && element.get_attribute(name).as_deref() == Some(&value) {
            continue;
        }
        // An attribute with a valid name can always be set and taken away.
        let _ = if value.is_empty() && name != "value" { element.remove_attribute(name) } else { element.set_attribute(name, &value) };
        if name == "value" {
            // What was typed since hides the attribute; an element without the property ignores it.
            let _ = js_sys::Reflect::set(&element, &name.into(), &value.into());
        }
    }
}

/// An element.
pub fn element(tag: &'static str, attributes: Attributes, children: Vec<AnyView>) -> AnyView {
    // In the case in which the document names it, so that it is kept, with its focus, when it is shown anew.
    custom(tag.to_ascii_uppercase()).child(children).directive(set, owned(attributes)).into_any()
}

/// A text.
pub fn text(text: impl Into<String>) -> AnyView {
    text.into().into_any()
}

/// An element of this class that holds a text.
pub fn words(tag: &'static str, class: &'static str, of: impl Into<String>) -> AnyView {
    element(tag, &[("class", class)], vec![text(of)])
}

/// A part that is made anew whenever what it shows changes.
pub fn live(part: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    shown(Box::new(part))
}

fn shown(part: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || part()).into_any()
}

/// A button that does something.
pub fn button(attributes: Attributes, label: impl Into<String>, does: impl Fn() + 'static) -> AnyView {
    pressed(owned(attributes), label.into(), Box::new(does))
}

fn pressed(attributes: Owned, label: String, does: Box<dyn Fn()>) -> AnyView {
    view! { <button use:set=attributes on:click=move |_| does()>{label}</button> }.into_any()
}

/// Something typed into or chosen from; its `value` is what stands in it, and what the user leaves in it is called back.
pub fn entry(tag: &'static str, attributes: Attributes, children: Vec<AnyView>, on: impl Fn(String) + 'static) -> AnyView {
    changed(tag, attributes, children, Box::new(move |event| on(event_target_value(&event))))
}

/// An element that calls back when the user has changed it.
pub fn changed(tag: &'static str, attributes: Attributes, children: Vec<AnyView>, on: Box<dyn Fn(web_sys::Event)>) -> AnyView {
    custom(tag.to_ascii_uppercase()).child(children).on(ev::change, on).directive(set, owned(attributes)).into_any()
}

/// A field of text.
pub fn input(attributes: Attributes, value: RwSignal<String>) -> AnyView {
    let attributes = owned(attributes);
    view! { <input class="field" use:set=attributes prop:value=move || value.get() on:input:target=move |event| value.set(event.target().value())/> }
        .into_any()
}

/// A choice between values, each with its text.
pub fn select(attributes: Attributes, choices: &[(&'static str, &'static str)], value: RwSignal<String>) -> AnyView {
    let attributes = owned(attributes);
    let chosen = value.get_untracked();
    let option = |(value, name): &(&'static str, &'static str)| {
        let option = [("value", *value), ("selected", if *value == chosen { "selected" } else { "" })];
        element("option", &option, vec![text(*name)])
    };
    let options: Vec<AnyView> = choices.iter().map(option).collect();
    view! { <select class="field" use:set=attributes prop:value=move || value.get() on:change:target=move |event| value.set(event.target().value())>{options}</select> }
        .into_any()
}

/// A dialog that is open while this holds; Escape closes it.
pub fn dialog(attributes: Attributes, is_open: RwSignal<bool>, children: Vec<AnyView>) -> AnyView {
    let attributes = owned(attributes);
    let node = NodeRef::<Dialog>::new();
    follow(node, move || is_open.get());
    view! { <dialog node_ref=node use:set=attributes on:cancel=move |_: web_sys::Event| is_open.set(false)>{children}</dialog> }.into_any()
}
