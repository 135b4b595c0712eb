//! Places in GeoRSS, GML and the older W3C vocabulary.

use super::Parser;
use crate::feed::{Place, PlaceKind};
use crate::xml::name::Ns;
use crate::xml::token::{Tag, Token, Tokens};

/// Points of one place.
const POINTS_MAX: usize = 1000;

impl<'a> Parser<'a> {
    /// Reads an element that states a place; true when it does.
    pub(super) fn place(
        &mut self,
        tag: &Tag<'a>,
        ns: Ns,
        local: &str,
        place: &mut Option<Place>,
    ) -> bool {
        match (ns, local) {
            (Ns::GeoRss, "point" | "line" | "polygon" | "box") => {
                let kind = kind_of(local);
                let text = self.reader.text(tag);
                *place = make(kind, &text, 2, false).or(place.take());
            }
            (Ns::GeoRss, "where") => {
                let raw = self.reader.inside(tag).raw;
                *place = gml(raw, None).or(place.take());
            }
            (Ns::Gml, "point" | "linestring" | "polygon" | "envelope") => {
                let raw = self.reader.inside(tag).raw;
                *place = gml(raw, Some(kind_of(local))).or(place.take());
            }
            (Ns::Geo, "lat" | "long") => {
                let value = self.reader.text(tag).parse().ok();
                let Some(value) = value else { return true };
                let point = place.get_or_insert_with(|| Place {
                    kind: PlaceKind::Point,
                    points: vec![vec![f64::NAN, f64::NAN]],
                });
                let at = usize::from(local == "lat");
                if let Some(slot) = point.points.first_mut().and_then(|p| p.get_mut(at)) {
                    *slot = value;
                }
            }
            _ => return false,
        }
        true
    }
}

/// A place whose numbers are all there.
pub(super) fn is_whole(place: &Place) -> bool {
    place.points.iter().flatten().all(|number| number.is_finite())
}

fn kind_of(local: &str) -> PlaceKind {
    match local {
        "line" | "linestring" => PlaceKind::Line,
        "polygon" => PlaceKind::Polygon,
        "box" | "envelope" => PlaceKind::Box,
        _ => PlaceKind::Point,
    }
}

fn gml(raw: &str, mut kind: Option<PlaceKind>) -> Option<Place> {
    let mut dimensions = 2;
    let mut is_projected = false;
    let mut numbers = String::new();
    let mut takes_text = false;
    for token in Tokens::new(raw) {
        match token {
            Token::Start(tag) => {
                let local = tag.name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
                if matches!(local.as_str(), "point" | "linestring" | "polygon" | "envelope") {
                    kind.get_or_insert(kind_of(&local));
                }
                takes_text = matches!(
                    local.as_str(),
                    "pos" | "poslist" | "lowercorner" | "uppercorner" | "coordinates"
                );
                if let Some(stated) = tag.attribute("srsDimension") {
                    dimensions = stated.trim().parse().unwrap_or(2);
                }
                // Zones of a map projection state the easting first.
                let system = tag.attribute("srsName").unwrap_or_default();
                is_projected |= is_utm(system);
            }
            Token::End(_) => takes_text = false,
            Token::Text(text) | Token::CData(text) if takes_text => {
                numbers.push(' ');
                numbers.push_str(text);
            }
            _ => {}
        }
    }
    make(kind?, &numbers, dimensions, is_projected)
}

/// Whether a reference system is UTM on WGS 84 (EPSG 32601 to 32760).
fn is_utm(system: &str) -> bool {
    let code: Option<u32> =
        system.rsplit([':', '#', '/']).next().and_then(|code| code.parse().ok());
    matches!(code, Some(32601..=32660 | 32701..=32760))
}

/// A place from numbers in the order latitude, longitude, unless they are projected.
fn make(kind: PlaceKind, numbers: &str, dimensions: usize, is_projected: bool) -> Option<Place> {
    let numbers: Option<Vec<f64>> = numbers
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().ok())
        .collect();
    let numbers = numbers?;
    if dimensions < 2 {
        return None;
    }
    let points: Vec<Vec<f64>> = numbers
        .chunks_exact(dimensions)
        .take(POINTS_MAX)
        .map(|chunk| {
            let mut point = chunk.to_vec();
            if !is_projected {
                point.swap(0, 1);
            }
            point
        })
        .collect();
    let enough = match kind {
        PlaceKind::Point => 1,
        PlaceKind::Line | PlaceKind::Box => 2,
        PlaceKind::Polygon => 4,
    };
    (points.len() >= enough).then_some(Place { kind, points })
}
