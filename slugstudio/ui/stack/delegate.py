"""How a card is painted: stripe, name and what matters, shape and count in a column, thumbnails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from slugstudio.ui import icons, theme
from slugstudio.ui.stack.cards import Card
from slugstudio.ui.stack.model import Role, StackModel

HEIGHT, GAP, WIDEST, GUTTER, RADIUS = 62, 6, 772, 16, 8
TOP, FOOT = 14, 44
"""What stays free above the first card and, for the hint, below the last."""
STRIPE, PADDING, INSET = 6, 14, 12
ROOM_FOR_TEXTS = 330
"""The width below which a card has no thumbnails."""
ROOM_FOR_COSTS, COLUMN, COSTS = 520, 96, 110
"""The width of the texts from which on multiply-adds and memory show, in a column left of that of the shapes."""
FAINT = 0.55
"""How much of a disabled card shows."""
EDGE = 2
"""How far the outline of a selected card reaches over its rectangle."""
THUMBNAIL, THUMBNAIL_GAP, MOST_THUMBNAILS, COLUMN_GAP = 26, 3, 5, 25
UPPER, MIDDLE, LOWER = 21, 31, 40
"""The middles of the lines of text, from the top of the card."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Look:
    """How a card appears apart from what it says; ``thumbnails`` is the number that its column has room for."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False
    thumbnails: int = 0


def card_rect(row: QRect, *, first: bool) -> QRect:
    """Return where the card is in the rectangle of its row: centred, with a gutter on both sides."""
    width = min(WIDEST, row.width() - 2 * GUTTER)
    top = row.top() + (TOP if first else GAP // 2)
    return QRect(row.left() + (row.width() - width) // 2, top, width, HEIGHT)


class CardDelegate(QStyledItemDelegate):
    """Gives the cards their size and their look in the view; `paint_card` does the painting.

    ``offset`` says by how many pixels the card of a row is painted below its place.
    """

    def __init__(self, offset: Callable[[int], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offset = offset

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row; the first and the last leave room around the stack."""
        del option
        first, last = index.row() == 0, index.row() == index.model().rowCount() - 1
        return QSize(240, HEIGHT + GAP + (TOP - GAP // 2) * first + FOOT * last)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the card of one row."""
        model = index.model()
        look = Look(
            selected=bool(option.state & QStyle.StateFlag.State_Selected),
            hovered=bool(option.state & QStyle.StateFlag.State_MouseOver),
            focused=bool(option.state & QStyle.StateFlag.State_HasFocus),
            thumbnails=model.most_thumbnails if isinstance(model, StackModel) else 0,
        )
        rect = card_rect(option.rect, first=index.row() == 0).translated(0, round(self._offset(index.row())))
        paint_card(painter, rect, index.data(Role.CARD), index.data(Role.THUMBNAILS), look)


def paint_card(painter: QPainter, rect: QRect, card: Card, images: Sequence[QImage], look: Look) -> None:
    """Paint one card into ``rect`` in the colours of the theme that shows now."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(
        rect.topLeft() - QPoint(EDGE, EDGE), _drawn(card, look, (rect.width(), rect.height()), ratio, theme.current())
    )
    _paint_thumbnails(painter, rect.right() - INSET, rect.center().y(), images[: _places(rect.width())])


@lru_cache(maxsize=256)
def _drawn(card: Card, look: Look, size: tuple[int, int], ratio: float, colours: theme.Theme) -> QPixmap:
    """Return a card without its thumbnails, which change many times a second while the rest stays.

    Drawing it takes some thirty calls into Qt; while a training runs in another thread each of them may have to wait
    for Python's lock.
    """
    rect = QRect(QPoint(EDGE, EDGE), QSize(*size))
    pixmap = QPixmap((rect.size() + QSize(2 * EDGE, 2 * EDGE)) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setOpacity(1.0 if card.enabled else FAINT)
    _paint_body(painter, rect, colours, card, look)
    shown = min(look.thumbnails, _places(rect.width()))
    right = rect.right() - INSET
    if shown:
        right -= shown * (THUMBNAIL + THUMBNAIL_GAP) - THUMBNAIL_GAP + COLUMN_GAP
    _paint_texts(painter, rect, right, card, colours)
    painter.end()
    return pixmap


def _places(width: int) -> int:
    """Return how many thumbnails a card has room for: its name and its shape come first."""
    room = (width - ROOM_FOR_TEXTS) // (THUMBNAIL + THUMBNAIL_GAP)
    return max(0, min(MOST_THUMBNAILS, room))


def _paint_body(painter: QPainter, rect: QRect, colours: theme.Theme, card: Card, look: Look) -> None:
    stripe = colours.group(card.group)
    style = Qt.PenStyle.SolidLine if card.enabled else Qt.PenStyle.DashLine
    body = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    outline = QPainterPath()
    outline.addRoundedRect(body, RADIUS, RADIUS)
    painter.fillPath(outline, colours.tint if look.selected else colours.raised)
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(QRectF(rect.left(), rect.top(), STRIPE, rect.height()), stripe)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look.selected:
        painter.setPen(QPen(colours.accent, 2, style))
        body.adjust(-0.5, -0.5, 0.5, 0.5)
    else:
        edge = colours.secondary if look.focused else colours.disabled if look.hovered else colours.hairline
        painter.setPen(QPen(edge, 1, style))
    painter.drawRoundedRect(body, RADIUS, RADIUS)


def _paint_thumbnails(painter: QPainter, right: int, middle: int, images: Sequence[QImage]) -> None:
    left = right - len(images) * (THUMBNAIL + THUMBNAIL_GAP) + THUMBNAIL_GAP
    # Small pictures are numbers to be read, so their pixels stay square.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    for place, image in enumerate(images):
        x = left + place * (THUMBNAIL + THUMBNAIL_GAP)
        painter.drawImage(QRect(x, middle - THUMBNAIL // 2, THUMBNAIL, THUMBNAIL), image)


def _paint_texts(painter: QPainter, rect: QRect, right: int, card: Card, colours: theme.Theme) -> None:
    strong, normal = theme.font(strong=True), theme.font()
    left = rect.left() + STRIPE + PADDING
    costs = right - rect.left() >= ROOM_FOR_COSTS
    two_lines = bool(card.details or card.parameters or card.problem or (costs and card.memory))
    upper = rect.top() + (UPPER if two_lines else MIDDLE)
    lower = rect.top() + LOWER
    column = _write(painter, (left, right, upper), card.shape, strong, colours.text, _RIGHT)
    if costs:
        middle = right - COLUMN
        _write(painter, (left, middle, upper), card.work, normal, colours.secondary, _RIGHT)
        _write(painter, (left, middle, lower), card.memory, normal, colours.secondary, _RIGHT)
        column = COLUMN + COSTS
    name_right = right - column - COLUMN_GAP * bool(card.shape)
    name = _write(painter, (left, name_right, upper), card.title, strong, colours.text)
    column = _write(painter, (left, right, lower), card.parameters, normal, colours.secondary, _RIGHT)
    lower_right = name_right if costs else right - column - COLUMN_GAP * bool(card.parameters)
    start, line, end = (left + name + 10, upper, name_right) if card.problem else (left, lower, lower_right)
    if card.frozen:
        icons.paint(painter, "frozen", colours.secondary, QRectF(start, line - 7, 14, 14))
        start += 20
    _write(painter, (start, end, line), card.details, normal, colours.secondary)
    if not card.problem:
        return
    colour = colours.severity(card.severity)
    icons.paint(painter, card.severity, colour, mark_rect(rect))
    _write(painter, (left + 20, lower_right, lower), card.problem, normal, colour)


def mark_rect(rect: QRect) -> QRectF:
    """Return where in the rectangle of a card the mark of its problem is."""
    return QRectF(rect.left() + STRIPE + PADDING, rect.top() + LOWER - 7, 14, 14)


def _write(
    painter: QPainter,
    line: tuple[float, float, float],
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = _LEFT,
) -> float:
    """Write ``text`` on the line (left, right, middle), shortened where it does not fit; return its width."""
    left, right, middle = line
    if not text or right <= left:
        return 0.0
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - left)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QRectF(left, middle - 10, right - left, 20), int(align), shown)
    return metrics.horizontalAdvance(shown)
