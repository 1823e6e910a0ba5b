//! The menu of completions: it closes, with a bell, where there is nothing to choose.

use command::line::BellStyle;
use reedline::{Completer, Editor, Menu, MenuEvent, MenuSettings, Painter, Suggestion};

use crate::edit::ring;

/// A menu that does not stay when nothing fits any more: it would take the next `Enter` for itself.
pub struct Closing<M> {
    inner: M,
    bell: BellStyle,
    /// Asked for by a key, and not yet filled.
    is_opening: bool,
}

impl<M: Menu> Closing<M> {
    /// Around a menu.
    pub fn new(inner: M, bell: BellStyle) -> Closing<M> {
        Closing { inner, bell, is_opening: false }
    }
}

impl<M: Menu> Menu for Closing<M> {
    fn settings(&self) -> &MenuSettings {
        self.inner.settings()
    }

    fn is_active(&self) -> bool {
        self.inner.is_active()
    }

    fn set_active(&mut self, active: bool) {
        self.inner.set_active(active);
    }

    fn clear_input(&mut self) {
        self.inner.clear_input();
    }

    fn menu_event(&mut self, event: MenuEvent) {
        self.is_opening = matches!(event, MenuEvent::Activate(_));
        self.inner.menu_event(event);
    }

    fn can_quick_complete(&self) -> bool {
        self.inner.can_quick_complete()
    }

    fn can_partially_complete(&mut self, updated: bool, editor: &mut Editor, completer: &mut dyn Completer) -> bool {
        self.inner.can_partially_complete(updated, editor, completer)
    }

    fn update_values(&mut self, editor: &mut Editor, completer: &mut dyn Completer) {
        self.inner.update_values(editor, completer);
        if self.inner.get_values().is_empty() && !self.inner.results_are_provisional() {
            if std::mem::take(&mut self.is_opening) {
                ring(self.bell);
            }
            self.inner.menu_event(MenuEvent::Deactivate);
        }
    }

    fn reset_position(&mut self) {
        self.inner.reset_position();
    }

    fn update_working_details(&mut self, editor: &mut Editor, completer: &mut dyn Completer, painter: &Painter) {
        self.inner.update_working_details(editor, completer, painter);
    }

    fn replace_in_buffer(&self, editor: &mut Editor) {
        self.inner.replace_in_buffer(editor);
    }

    fn menu_required_lines(&self, columns: u16) -> u16 {
        self.inner.menu_required_lines(columns)
    }

    fn menu_string(&self, lines: u16, use_ansi: bool) -> String {
        self.inner.menu_string(lines, use_ansi)
    }

    fn min_rows(&self) -> u16 {
        self.inner.min_rows()
    }

    fn get_values(&self) -> &[Suggestion] {
        self.inner.get_values()
    }

    fn results_are_provisional(&self) -> bool {
        self.inner.results_are_provisional()
    }

    fn is_awaiting_first_answer(&self) -> bool {
        self.inner.is_awaiting_first_answer()
    }

    fn set_cursor_pos(&mut self, pos: (u16, u16)) {
        self.inner.set_cursor_pos(pos);
    }
}
