"""Words that several views share. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "keys": ("Keys", "按键"),
    "play": ("Play", "播放"),
    "pause": ("Pause", "暂停"),
    "reset": ("Reset", "重置"),
    "layer": ("Layer", "层"),
    "sample": ("Sample", "样本"),
    "waiting": ("Waiting for fit", "等待 fit"),
    "running": ("Training", "训练中"),
    "finished": ("Finished", "已完成"),
    "batch": ("batch {batch}", "第 {batch} 批"),
    "unheard": ("No answer from the kernel yet: it is busy or gone.", "内核尚未应答：它正忙或已断开。"),
}
