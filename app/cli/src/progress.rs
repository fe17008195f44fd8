use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, where that is a terminal, and the function that moves it.
pub fn bar(what: &'static str) -> (ProgressBar, impl Fn(u64, u64) + Send + 'static) {
    let bar = ProgressBar::new(0).with_message(what);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let moved = bar.clone();
    let move_to = move |done, total| {
        moved.set_length(total);
        moved.set_position(done);
    };
    (bar, move_to)
}
