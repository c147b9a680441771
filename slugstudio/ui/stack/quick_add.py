"""Quick-add: a + between any two cards, and typing over the stack, open a box that adds a layer just there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolButton

from slugstudio.ui import actions, icons, theme
from slugstudio.ui.document import Change, Document
from slugstudio.ui.stack.editing import place_for_new
from slugstudio.ui.stack.quick_box import QuickBox
from slugstudio.ui.stack.view import StackView
from slugstudio.ui.translation import tr

DIAMETER, REACH = 22, 9
"""The size of the +, and how near to the middle between two cards the mouse makes it appear, in pixels."""


class QuickAdd(QObject):
    """Watches the mouse over a stack, and opens the box where a layer is wanted."""

    def __init__(self, stack: StackView, document: Document) -> None:
        super().__init__(stack)
        self._stack, self._document = stack, document
        self._hovered = self._place = 0
        self.box: QuickBox | None = None
        self.action = actions.make(stack, "stack.add", self.open_empty, Qt.ShortcutContext.WidgetShortcut)
        stack.addAction(self.action)
        self.button = self._made_button()
        stack.viewport().installEventFilter(self)
        stack.verticalScrollBar().valueChanged.connect(self.button.hide)
        stack.typed.connect(self.open)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    def _made_button(self) -> QToolButton:
        button = QToolButton(self._stack.viewport())
        button.setObjectName("quickAddHere")
        button.setProperty("role", "round")
        button.setAccessibleName(tr("Add a layer here"))
        button.setToolTip(tr("Add a layer here (Ins adds one below the selected layer)"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys have Insert
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFixedSize(DIAMETER, DIAMETER)
        button.setIconSize(QSize(14, 14))
        button.clicked.connect(lambda: self._open(self._hovered, ""))
        button.hide()
        return button

    # Opening

    def open(self, text: str) -> None:
        """Open the box below the selection, else before the output layer, with ``text`` typed into it."""
        self._open(place_for_new(self._document.design, self._document.selection), text)

    def open_empty(self) -> None:
        """Open the box where a new layer goes by itself."""
        self.open("")

    def _open(self, place: int, text: str) -> None:
        self.button.hide()
        self._place = place
        window = self._stack.window()
        if self.box is None:
            self.box = QuickBox(window)
            self.box.chosen.connect(self._add)
            self.box.closed.connect(self._closed)
        elif self.box.parentWidget() is not window:
            self.box.setParent(window)
        self._stack.mark(place)
        middle = QPoint(self._stack.viewport().width() // 2, self._stack.gap_middle(place))
        self.box.open(text, self._stack.viewport().mapTo(window, middle))

    def _add(self, key: str) -> None:
        self._stack.editor.add(key, self._place)

    def _closed(self, back: bool) -> None:
        self._stack.mark(None)
        if back:
            self._stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, change: Change) -> None:
        """Close the box when the stack changes under it: its place may mean another one now."""
        if "layers" in change.fields:
            self.button.hide()
            if self.box is not None:
                self.box.close_quietly()

    # The +

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the + between two cards while the mouse is there and nothing is dragged."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(event.position().toPoint(), pressed=event.buttons() != Qt.MouseButton.NoButton)
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.DragEnter):
            self.button.hide()
        elif event.type() == QEvent.Type.Resize and self.box is not None:
            self.box.close_quietly()
        return super().eventFilter(watched, event)

    def _hover(self, point: QPoint, *, pressed: bool) -> None:
        place = None if pressed or self._opened else self._stack.gap_near(point, REACH)
        if place is None:
            self.button.hide()
            return
        self._hovered = place
        centre = QPoint(self._stack.viewport().width() // 2, self._stack.gap_middle(place))
        self.button.move(centre - QPoint(DIAMETER // 2, DIAMETER // 2))
        self.button.show()

    @property
    def _opened(self) -> bool:
        return self.box is not None and self.box.isVisible()

    def _restyle(self) -> None:
        self.button.setIcon(icons.icon("add", theme.current().on_accent))
