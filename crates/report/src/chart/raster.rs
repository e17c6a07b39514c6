//! From SVG to PNG, with the crate's own font, so that the picture is the same on every machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// Fonts bundled with the crate; fonts of the machine are never read.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../../assets/fonts/Inter-Regular.otf").to_vec());
    fonts.load_font_data(include_bytes!("../../assets/fonts/Inter-SemiBold.otf").to_vec());
    for set_family in [Database::set_sans_serif_family, Database::set_serif_family, Database::set_monospace_family] {
        set_family(&mut fonts, "Inter");
    }
    Arc::new(fonts)
});

/// Pixels of the larger side beyond which no picture is made.
const SIDE_MAX: f32 = 16_384.0;

/// Draws an SVG as a PNG, `scale` pixels to one unit of the SVG.
///
/// # Errors
///
/// A message where the text is not an SVG, or where the picture would be empty or wider or higher than
/// 16 384 pixels.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, String> {
    let options = Options { font_family: "Inter".into(), fontdb: FONTS.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| format!("cannot read the SVG: {error}"))?;
    let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
    if !(width >= 1.0 && height >= 1.0 && width <= SIDE_MAX && height <= SIDE_MAX) {
        return Err(format!("cannot draw a picture of {width} by {height} pixels"));
    }
    let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| format!("cannot draw a picture of {width} by {height} pixels"))?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| format!("cannot write the PNG: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_svg(words: &str) -> String {
        format!(
            "<svg width=\"60\" height=\"20\" xmlns=\"http://www.w3.org/2000/svg\">\
             <text x=\"2\" y=\"15\" font-family=\"Nowhere\" font-size=\"14\">{words}</text></svg>"
        )
    }

    #[test]
    fn text_is_drawn_whatever_font_it_asks_for() {
        let ink = |words: &str| {
            let pixels = Pixmap::decode_png(&png(&text_svg(words), 2.0).unwrap()).unwrap();
            assert_eq!((pixels.width(), pixels.height()), (120, 40));
            pixels.pixels().iter().filter(|pixel| pixel.red() < 128).count()
        };
        assert_eq!(ink(""), 0);
        for words in ["Price", "ΦΣπ", "−1.5\u{202f}M", "×10⁻⁶", "ñüß"] {
            assert!(ink(words) > 20, "{words}");
        }
    }

    #[test]
    fn bad_input_is_refused_with_a_message() {
        assert!(png("not an svg", 1.0).unwrap_err().contains("SVG"));
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e6] {
            assert!(png(&text_svg("x"), scale).unwrap_err().contains("pixels"), "{scale}");
        }
    }
}
