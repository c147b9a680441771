"""Quick fixes: a card's mark, or a key, offers what mends it; and the way from a problem to its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu

from slugstudio.project.analysis import Problem
from slugstudio.ui import actions, icons, theme
from slugstudio.ui.document import DATA_CARD, Change, Document
from slugstudio.ui.problems_pane import ProblemsPane, apply_fix, whose
from slugstudio.ui.properties import Properties
from slugstudio.ui.stack.delegate import card_rect, mark_rect
from slugstudio.ui.stack.model import Role
from slugstudio.ui.stack.view import StackView
from slugstudio.ui.translation import told, tr
from slugstudio.ui.workspace import Workspace


class QuickFix(QObject):
    """Offers the fixes of a card in a menu beside it."""

    def __init__(self, stack: StackView, document: Document) -> None:
        super().__init__(stack)
        self._stack, self._document = stack, document
        self.menu: QMenu | None = None
        self.action = actions.make(stack, "stack.fix", self.offer)
        stack.addAction(self.action)
        stack.viewport().installEventFilter(self)
        document.changed.connect(self._follow)
        self._explain()

    def offer(self) -> None:
        """Offer the fixes of the selected layers, or of the first problem where they have none."""
        problems = self._document.analysis.problems
        selected = [each for each in problems if (each.layer_id or DATA_CARD) in self._document.selection]
        found = selected or list(problems[:1])
        row = self._stack.stack_model.row(found[0].layer_id or DATA_CARD)
        index = self._stack.stack_model.index(row or 0)
        self._stack.scrollTo(index)
        rect = card_rect(self._stack.visualRect(index), first=index.row() == 0)
        self._open(found, mark_rect(rect).toRect().bottomLeft())

    def _open(self, problems: list[Problem], at: QPoint) -> None:
        menu = QMenu(self._stack)
        menu.setObjectName("quickFixes")
        menu.setAccessibleName(tr("What mends it"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for problem in problems:
            colour = theme.current().severity(problem.severity)
            reason = menu.addAction(icons.icon(problem.severity, colour), whose(self._document, problem))
            reason.setEnabled(False)
            for fix in problem.fixes:
                entry = menu.addAction(told(fix.text).replace("&", "&&"))
                entry.setToolTip(told(problem.message))
                entry.triggered.connect(self._fixer(problem, str(fix.text)))
        self.menu = menu
        menu.popup(self._stack.viewport().mapToGlobal(at))
        first = next((entry for entry in menu.actions() if entry.isEnabled()), None)
        if first is not None:
            menu.setActiveAction(first)

    def _fixer(self, problem: Problem, text: str) -> Callable[[], None]:
        return lambda: apply_fix(self._document, problem, text)

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "training"}:
            self._explain()

    def _explain(self) -> None:
        self.action.explain("" if self._document.analysis.problems else tr("There is no problem to mend."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the menu where the mark of a card is released."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            point = event.position().toPoint()
            index = self._stack.indexAt(point)
            if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
                rect = mark_rect(card_rect(self._stack.visualRect(index), first=index.row() == 0))
                found = [p for p in self._document.analysis.problems if p.layer_id == index.data(Role.ID)]
                if found and rect.adjusted(-4, -4, 4, 4).contains(point):
                    self._open(found, rect.toRect().bottomLeft())
        return super().eventFilter(watched, event)


class ProblemGuide(QObject):
    """Leads from a problem to where it is decided: a card of the stack, or a field of the properties."""

    def __init__(
        self, document: Document, pane: ProblemsPane, properties: Properties, stack: StackView, workspace: Workspace
    ) -> None:
        super().__init__(pane)
        self._document, self._pane, self._properties = document, pane, properties
        self._stack, self._workspace = stack, workspace
        self.quick_fix = QuickFix(stack, document)
        pane.chosen.connect(self.go_to)

    def show_pane(self, uncover: Callable[[], None] | None = None) -> None:
        """Show all problems, and select what the first is about; ``uncover`` brings the workspace itself to sight."""
        if uncover is not None:
            uncover()
        self._workspace.show_pane("problems")
        problems = self._document.analysis.problems
        if problems:
            self._document.select([problems[0].layer_id or DATA_CARD])
            self._pane.focus_first()

    def go_to(self, problem: Problem) -> None:
        """Select the layer, and put the focus into the field that the problem is about."""
        self._document.select([problem.layer_id or DATA_CARD])
        part, _, name = problem.field.partition(".")
        if not name:
            self._stack.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if part == "data":
            self._document.select([DATA_CARD])
        self._workspace.show_pane("properties")
        self._properties.show_field(part, name)
