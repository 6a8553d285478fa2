"""Live training. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Live training", "实时训练"),
    "help": (
        "Keys: Space pause or go on · S one step · X stop · A batches or epochs · L logarithmic loss · [ and ] "
        "halve or double the learning rate · − and + less or more smoothing · ← and → read the curve · Home and "
        "End first and last point · Esc let go of the point",
        "按键：空格 暂停或继续 · S 单步 · X 停止 · A 批次或轮次 · L 对数损失 · [ 和 ] 学习率减半或加倍 · − 和 + "
        "减少或增加平滑 · ← 和 → 读取曲线 · Home 和 End "
        "首点和末点 · Esc 放开读数",
    ),
    "keys": ("Keys", "按键"),
    "pause": ("Pause", "暂停"),
    "resume": ("Go on", "继续"),
    "step": ("Step", "单步"),
    "stop": ("Stop", "停止"),
    "rate": ("Learning rate", "学习率"),
    "smoothing": ("Smoothing", "平滑"),
    "axis": ("Axis", "横轴"),
    "batches": ("batches", "批次"),
    "epochs": ("epochs", "轮次"),
    "log": ("log", "对数"),
    "waiting": ("Waiting for fit", "等待 fit"),
    "running": ("Training", "训练中"),
    "pausing": ("Pausing …", "正在暂停……"),
    "stopping": ("Stopping …", "正在停止……"),
    "paused": ("Paused", "已暂停"),
    "stopped": ("Stopped", "已停止"),
    "finished": ("Finished", "已完成"),
    "failed": ("Ended early", "提前结束"),
    "epoch": ("epoch {epoch} of {epochs}", "第 {epoch} 轮，共 {epochs} 轮"),
    "batch": ("batch {batch} of {steps}", "第 {batch} 批，共 {steps} 批"),
    "batch.open": ("batch {batch}", "第 {batch} 批"),
    "speed": ("{rate} batches/s", "每秒 {rate} 批"),
    "train": ("train", "训练"),
    "val": ("validation", "验证"),
    "best": ("best {value} · epoch {epoch}", "最佳 {value} · 第 {epoch} 轮"),
    "earlier": ("earlier runs are drawn pale", "之前的运行以浅色显示"),
    "at.batch": ("batch {x}", "第 {x} 批"),
    "at.epoch": ("epoch {x}", "第 {x} 轮"),
    "summary": ("{state}. Epoch {epoch} of {epochs}. {values}.", "{state}。第 {epoch} 轮，共 {epochs} 轮。{values}。"),
    "panel": ("Curve of {metric} over {axis}: {values}.", "{metric} 随{axis}变化的曲线：{values}。"),
    "empty": ("The curves appear here when fit begins.", "fit 开始后，曲线显示在这里。"),
    "deaf": (
        "While a cell runs, this kernel hears a button only when the cell ends. Train with  await "
        "model.fit_async(…)  in place of  model.fit(…)  and the buttons work at once.",
        "单元格运行期间，此内核要等单元格结束才能收到按钮消息。请用  await model.fit_async(…)  代替  "
        "model.fit(…)，按钮便会立即生效。",
    ),
    "deaf.old": (
        "While a cell runs, this kernel hears a button only when the cell ends. Buttons during fit need another one:  "
        "pip install 'ipykernel>=7,<7.4'  and a restart.",
        "单元格运行期间，此内核要等单元格结束才能收到按钮消息。要在 fit 期间使用按钮，请运行  "
        "pip install 'ipykernel>=7,<7.4'  并重启内核。",
    ),
    "bad_rate": ("The learning rate must be a number above 0.", "学习率必须是大于 0 的数。"),
}
