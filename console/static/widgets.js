/* Chinese words for the stock date picker. Loaded after it and before Flask-Admin's form.js dresses the fields. */
(function ($, moment) {
  "use strict";
  const days = ["日", "一", "二", "三", "四", "五", "六"];
  const months = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"].map((word) => word + "月");
  const words = { applyLabel: "选定", cancelLabel: "取消", fromLabel: "从", toLabel: "至", customRangeLabel: "自选", daysOfWeek: days, monthNames: months, firstDay: 1 };
  if (moment) moment.locale("zh-cn", { months: months, monthsShort: months, weekdays: days, weekdaysShort: days, weekdaysMin: days });
  if (!$ || !$.fn.daterangepicker) return;
  const plain = $.fn.daterangepicker;
  $.fn.daterangepicker = function (options, done) {
    const given = options || {};
    return plain.call(this, Object.assign({}, given, { locale: Object.assign({}, words, given.locale) }), done);
  };
})(window.jQuery, window.moment);
