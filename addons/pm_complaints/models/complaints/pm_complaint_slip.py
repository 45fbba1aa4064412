from odoo import fields, models


class PmComplaintSlip(models.Model):
    """A slip that was printed at the desk, with a code of its own.

    The customer's own code is known to the customer alone. The one on paper has been
    in the hands of who printed it, so that what is done with it says whose slip it was.
    """

    _name = "pm.complaint.slip"
    _description = "Slip of a Complaint"
    _order = "id"
    _rec_name = "user_id"

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, readonly=True, groups="base.group_system")
    user_id = fields.Many2one(
        "res.users",
        "Handed out by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    at = fields.Datetime("When", required=True, readonly=True)

    def _note_use(self, step):
        """Leave whose slip it was with which the next step is taken.

        :param step: what the page calls it
        """
        for slip in self:
            case = slip.complaint_id
            if step == "add":
                case = case._that_is_open()
            # staff read it, whatever the language of the page
            reader = slip.with_context(lang=slip.user_id.lang or self.env.lang)
            case._log_step(
                "by_slip",
                reader.env._(
                    "With the slip of %(number)s that %(who)s handed out",
                    number=slip.complaint_id.number,
                    who=slip.user_id.name,
                ),
            )

    def _goes_on_with(self, case):
        """The same paper opened a case, and it was followed by another: the code of
        that one is of the same hands.

        :return: the slip of the case that follows
        """
        return self._as_step().create(
            {
                "complaint_id": case.id,
                "code": case._make_code(),
                "user_id": self.user_id.id,
                "at": self.at,
            }
        )
